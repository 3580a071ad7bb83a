/** What a command says of threads and of artifacts that were made elsewhere. */
export interface MachineOptions {
  threads?: number;
  exact?: boolean;
}

/** As the library takes them. */
export const machineOptions = ({ threads, exact }: MachineOptions): MachineOptions => ({
  ...(threads === undefined ? {} : { threads }),
  ...(exact === undefined ? {} : { exact }),
});
