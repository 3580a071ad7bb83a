/** What a command says of how is computed, and of artifacts that were made elsewhere. */
export interface MachineOptions {
  threads?: number;
  exact?: boolean;
  eager?: boolean;
}

/** As the library takes them. */
export const machineOptions = ({ threads, exact, eager }: MachineOptions): MachineOptions => ({
  ...(threads === undefined ? {} : { threads }),
  ...(exact === undefined ? {} : { exact }),
  ...(eager === undefined ? {} : { eager }),
});
