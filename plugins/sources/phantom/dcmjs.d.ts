/** The part of dcmjs that the phantom uses; the package brings no types. */
declare module 'dcmjs' {
  type Dataset = Record<string, unknown>;
  const dcmjs: {
    log: { setLevel(level: 'silent' | 'error' | 'warn'): void };
    data: {
      DicomDict: new (meta: Dataset) => { dict: Dataset; write(options?: Dataset): ArrayBuffer };
      DicomMetaDictionary: { denaturalizeDataset(dataset: Dataset): Dataset };
    };
  };
  export default dcmjs;
}
