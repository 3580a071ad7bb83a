/** An address. koffi hands pointers out as BigInt; 0 is null. */
export type Pointer = bigint;
/** What may stand where C wants memory: an address, or a typed array that is read or written in place. */
export type Memory = Pointer | NodeJS.TypedArray | null;

/** The functions of TensorFlow's C API (`tensorflow/c/c_api.h`, `c/eager/c_api.h`) that eager execution takes. */
const SIGNATURES = {
  memcpy: 'void *memcpy(void *to, void *from, size_t bytes)',
  TF_Version: 'const char *TF_Version()',
  TF_NewStatus: 'void *TF_NewStatus()',
  TF_GetCode: 'int TF_GetCode(void *status)',
  TF_Message: 'const char *TF_Message(void *status)',
  TF_AllocateTensor: 'void *TF_AllocateTensor(int dtype, void *dims, int count, size_t bytes)',
  TF_TensorData: 'void *TF_TensorData(void *tensor)',
  TF_TensorByteSize: 'size_t TF_TensorByteSize(void *tensor)',
  TF_DeleteTensor: 'void TF_DeleteTensor(void *tensor)',
  TF_StringInit: 'void TF_StringInit(void *string)',
  TF_StringCopy: 'void TF_StringCopy(void *string, void *bytes, size_t count)',
  TF_StringGetDataPointer: 'void *TF_StringGetDataPointer(void *string)',
  TF_StringGetSize: 'size_t TF_StringGetSize(void *string)',
  TF_StringDealloc: 'void TF_StringDealloc(void *string)',
  TF_DeviceListCount: 'int TF_DeviceListCount(void *list)',
  TF_DeviceListName: 'const char *TF_DeviceListName(void *list, int index, void *status)',
  TF_DeviceListType: 'const char *TF_DeviceListType(void *list, int index, void *status)',
  TF_DeleteDeviceList: 'void TF_DeleteDeviceList(void *list)',
  TFE_NewContextOptions: 'void *TFE_NewContextOptions()',
  TFE_ContextOptionsSetConfig:
    'void TFE_ContextOptionsSetConfig(void *options, void *proto, size_t bytes, void *status)',
  TFE_DeleteContextOptions: 'void TFE_DeleteContextOptions(void *options)',
  TFE_NewContext: 'void *TFE_NewContext(void *options, void *status)',
  TFE_ContextListDevices: 'void *TFE_ContextListDevices(void *context, void *status)',
  TFE_NewTensorHandle: 'void *TFE_NewTensorHandle(void *tensor, void *status)',
  TFE_DeleteTensorHandle: 'void TFE_DeleteTensorHandle(void *handle)',
  TFE_TensorHandleDataType: 'int TFE_TensorHandleDataType(void *handle)',
  TFE_TensorHandleNumDims: 'int TFE_TensorHandleNumDims(void *handle, void *status)',
  TFE_TensorHandleDim: 'int64_t TFE_TensorHandleDim(void *handle, int index, void *status)',
  TFE_TensorHandleResolve: 'void *TFE_TensorHandleResolve(void *handle, void *status)',
  TFE_TensorHandleCopyToDevice:
    'void *TFE_TensorHandleCopyToDevice(void *handle, void *context, const char *device, void *status)',
  TFE_NewOp: 'void *TFE_NewOp(void *context, const char *name, void *status)',
  TFE_DeleteOp: 'void TFE_DeleteOp(void *op)',
  TFE_OpAddInput: 'void TFE_OpAddInput(void *op, void *handle, void *status)',
  TFE_OpSetAttrString: 'void TFE_OpSetAttrString(void *op, const char *name, void *bytes, size_t count)',
  TFE_OpSetAttrInt: 'void TFE_OpSetAttrInt(void *op, const char *name, int64_t value)',
  TFE_OpSetAttrFloat: 'void TFE_OpSetAttrFloat(void *op, const char *name, float value)',
  TFE_OpSetAttrBool: 'void TFE_OpSetAttrBool(void *op, const char *name, uint8_t value)',
  TFE_OpSetAttrType: 'void TFE_OpSetAttrType(void *op, const char *name, int value)',
  TFE_OpSetAttrShape: 'void TFE_OpSetAttrShape(void *op, const char *name, void *dims, int count, void *status)',
  TFE_OpSetAttrIntList: 'void TFE_OpSetAttrIntList(void *op, const char *name, void *values, int count)',
  TFE_OpSetAttrFloatList: 'void TFE_OpSetAttrFloatList(void *op, const char *name, void *values, int count)',
  TFE_OpSetAttrBoolList: 'void TFE_OpSetAttrBoolList(void *op, const char *name, void *values, int count)',
  TFE_OpSetAttrTypeList: 'void TFE_OpSetAttrTypeList(void *op, const char *name, void *values, int count)',
  TFE_Execute: 'void TFE_Execute(void *op, void *outputs, void *count, void *status)',
} as const;

/** The C API as functions. Sizes come as numbers: no tensor here reaches 2^53 bytes. */
export interface TensorFlow {
  memcpy(to: Memory, from: Memory, bytes: number): Pointer;
  TF_Version(): string;
  TF_NewStatus(): Pointer;
  TF_GetCode(status: Pointer): number;
  TF_Message(status: Pointer): string;
  TF_AllocateTensor(dtype: number, dims: Memory, count: number, bytes: number): Pointer;
  TF_TensorData(tensor: Pointer): Pointer;
  TF_TensorByteSize(tensor: Pointer): number | bigint;
  TF_DeleteTensor(tensor: Pointer): void;
  TF_StringInit(string: Pointer): void;
  TF_StringCopy(string: Pointer, bytes: Memory, count: number): void;
  TF_StringGetDataPointer(string: Pointer): Pointer;
  TF_StringGetSize(string: Pointer): number | bigint;
  TF_StringDealloc(string: Pointer): void;
  TF_DeviceListCount(list: Pointer): number;
  TF_DeviceListName(list: Pointer, index: number, status: Pointer): string;
  TF_DeviceListType(list: Pointer, index: number, status: Pointer): string;
  TF_DeleteDeviceList(list: Pointer): void;
  TFE_NewContextOptions(): Pointer;
  TFE_ContextOptionsSetConfig(options: Pointer, proto: Memory, bytes: number, status: Pointer): void;
  TFE_DeleteContextOptions(options: Pointer): void;
  TFE_NewContext(options: Pointer, status: Pointer): Pointer;
  TFE_ContextListDevices(context: Pointer, status: Pointer): Pointer;
  TFE_NewTensorHandle(tensor: Pointer, status: Pointer): Pointer;
  TFE_DeleteTensorHandle(handle: Pointer): void;
  TFE_TensorHandleDataType(handle: Pointer): number;
  TFE_TensorHandleNumDims(handle: Pointer, status: Pointer): number;
  TFE_TensorHandleDim(handle: Pointer, index: number, status: Pointer): number | bigint;
  TFE_TensorHandleResolve(handle: Pointer, status: Pointer): Pointer;
  TFE_TensorHandleCopyToDevice(handle: Pointer, context: Pointer, device: string, status: Pointer): Pointer;
  TFE_NewOp(context: Pointer, name: string, status: Pointer): Pointer;
  TFE_DeleteOp(op: Pointer): void;
  TFE_OpAddInput(op: Pointer, handle: Pointer, status: Pointer): void;
  TFE_OpSetAttrString(op: Pointer, name: string, bytes: Memory, count: number): void;
  TFE_OpSetAttrInt(op: Pointer, name: string, value: number): void;
  TFE_OpSetAttrFloat(op: Pointer, name: string, value: number): void;
  TFE_OpSetAttrBool(op: Pointer, name: string, value: number): void;
  TFE_OpSetAttrType(op: Pointer, name: string, value: number): void;
  TFE_OpSetAttrShape(op: Pointer, name: string, dims: Memory, count: number, status: Pointer): void;
  TFE_OpSetAttrIntList(op: Pointer, name: string, values: Memory, count: number): void;
  TFE_OpSetAttrFloatList(op: Pointer, name: string, values: Memory, count: number): void;
  TFE_OpSetAttrBoolList(op: Pointer, name: string, values: Memory, count: number): void;
  TFE_OpSetAttrTypeList(op: Pointer, name: string, values: Memory, count: number): void;
  TFE_Execute(op: Pointer, outputs: Memory, count: Memory, status: Pointer): void;
}

/**
 * Loads `libtensorflow_cc` and binds the functions. The framework library is found beside it ($ORIGIN).
 * @throws what koffi throws where the file is no library or lacks a function.
 */
export async function loadTensorFlow(path: string): Promise<TensorFlow> {
  const { default: koffi } = await import('koffi');
  const library = koffi.load(path);
  return Object.fromEntries(
    Object.entries(SIGNATURES).map(([name, signature]) => [name, library.func(signature)]),
  ) as unknown as TensorFlow;
}
