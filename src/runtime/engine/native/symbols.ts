/** An address. koffi hands pointers out as BigInt; 0 is null. */
export type Pointer = bigint;
/** What may stand where C wants memory: an address, or a typed array that is read or written in place. */
export type Memory = Pointer | NodeJS.TypedArray | null;

/** One output of an operation in a graph: `TF_Output`. */
export interface Output {
  oper: Pointer;
  index: number;
}

/**
 * The functions of TensorFlow's C API (`tensorflow/c/c_api.h`, `c/eager/c_api.h`) that are used: the TFE_ ones execute
 * eagerly, those of graphs and sessions run a compiled step.
 */
const SIGNATURES = {
  memcpy: 'void *memcpy(void *to, void *from, size_t bytes)',
  TF_Version: 'const char *TF_Version()',
  TF_NewStatus: 'void *TF_NewStatus()',
  TF_DeleteStatus: 'void TF_DeleteStatus(void *status)',
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
  TF_TensorType: 'int TF_TensorType(void *tensor)',
  TF_NumDims: 'int TF_NumDims(void *tensor)',
  TF_Dim: 'int64_t TF_Dim(void *tensor, int index)',
  TF_NewBuffer: 'void *TF_NewBuffer()',
  TF_DeleteBuffer: 'void TF_DeleteBuffer(void *buffer)',
  TF_NewGraph: 'void *TF_NewGraph()',
  TF_DeleteGraph: 'void TF_DeleteGraph(void *graph)',
  TF_GraphGetOpDef: 'void TF_GraphGetOpDef(void *graph, const char *op, void *buffer, void *status)',
  TF_GraphGetTensorNumDims: 'int TF_GraphGetTensorNumDims(void *graph, TF_Output output, void *status)',
  TF_GraphGetTensorShape:
    'void TF_GraphGetTensorShape(void *graph, TF_Output output, void *dims, int count, void *status)',
  TF_OperationOutputType: 'int TF_OperationOutputType(TF_Output output)',
  TF_NewOperation: 'void *TF_NewOperation(void *graph, const char *op, const char *name)',
  TF_FinishOperation: 'void *TF_FinishOperation(void *description, void *status)',
  TF_AddInput: 'void TF_AddInput(void *description, TF_Output input)',
  TF_AddInputList: 'void TF_AddInputList(void *description, void *inputs, int count)',
  TF_AddControlInput: 'void TF_AddControlInput(void *description, void *operation)',
  TF_SetAttrString: 'void TF_SetAttrString(void *description, const char *name, void *bytes, size_t count)',
  TF_SetAttrInt: 'void TF_SetAttrInt(void *description, const char *name, int64_t value)',
  TF_SetAttrFloat: 'void TF_SetAttrFloat(void *description, const char *name, float value)',
  TF_SetAttrBool: 'void TF_SetAttrBool(void *description, const char *name, uint8_t value)',
  TF_SetAttrType: 'void TF_SetAttrType(void *description, const char *name, int value)',
  TF_SetAttrShape: 'void TF_SetAttrShape(void *description, const char *name, void *dims, int count)',
  TF_SetAttrIntList: 'void TF_SetAttrIntList(void *description, const char *name, void *values, int count)',
  TF_SetAttrFloatList: 'void TF_SetAttrFloatList(void *description, const char *name, void *values, int count)',
  TF_SetAttrBoolList: 'void TF_SetAttrBoolList(void *description, const char *name, void *values, int count)',
  TF_SetAttrTypeList: 'void TF_SetAttrTypeList(void *description, const char *name, void *values, int count)',
  TF_SetAttrStringList:
    'void TF_SetAttrStringList(void *description, const char *name, const char **values, void *lengths, int count)',
  TF_SetAttrTensor: 'void TF_SetAttrTensor(void *description, const char *name, void *tensor, void *status)',
  TF_NewSessionOptions: 'void *TF_NewSessionOptions()',
  TF_SetConfig: 'void TF_SetConfig(void *options, void *proto, size_t bytes, void *status)',
  TF_DeleteSessionOptions: 'void TF_DeleteSessionOptions(void *options)',
  TF_NewSession: 'void *TF_NewSession(void *graph, void *options, void *status)',
  TF_CloseSession: 'void TF_CloseSession(void *session, void *status)',
  TF_DeleteSession: 'void TF_DeleteSession(void *session, void *status)',
  TF_SessionRun:
    'void TF_SessionRun(void *session, void *options, void *inputs, void *values, int inputCount, void *outputs, void *results, int outputCount, void *targets, int targetCount, void *metadata, void *status)',
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

/** A function that may also be called on a thread of its own. */
interface Asynchronous<Arguments extends unknown[]> {
  (...given: Arguments): void;
  async(...given: [...Arguments, done: (error: Error | null) => void]): void;
}

/** The C API as functions. Sizes come as numbers: no tensor here reaches 2^53 bytes. */
export interface TensorFlow {
  memcpy(to: Memory, from: Memory, bytes: number): Pointer;
  TF_Version(): string;
  TF_NewStatus(): Pointer;
  TF_DeleteStatus(status: Pointer): void;
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
  TF_TensorType(tensor: Pointer): number;
  TF_NumDims(tensor: Pointer): number;
  TF_Dim(tensor: Pointer, index: number): number | bigint;
  TF_NewBuffer(): Pointer;
  TF_DeleteBuffer(buffer: Pointer): void;
  TF_NewGraph(): Pointer;
  TF_DeleteGraph(graph: Pointer): void;
  TF_GraphGetOpDef(graph: Pointer, op: string, buffer: Pointer, status: Pointer): void;
  TF_GraphGetTensorNumDims(graph: Pointer, output: Output, status: Pointer): number;
  TF_GraphGetTensorShape(graph: Pointer, output: Output, dims: Memory, count: number, status: Pointer): void;
  TF_OperationOutputType(output: Output): number;
  TF_NewOperation(graph: Pointer, op: string, name: string): Pointer;
  TF_FinishOperation(description: Pointer, status: Pointer): Pointer;
  TF_AddInput(description: Pointer, input: Output): void;
  TF_AddInputList(description: Pointer, inputs: Memory, count: number): void;
  TF_AddControlInput(description: Pointer, operation: Pointer): void;
  TF_SetAttrString(description: Pointer, name: string, bytes: Memory, count: number): void;
  TF_SetAttrInt(description: Pointer, name: string, value: number): void;
  TF_SetAttrFloat(description: Pointer, name: string, value: number): void;
  TF_SetAttrBool(description: Pointer, name: string, value: number): void;
  TF_SetAttrType(description: Pointer, name: string, value: number): void;
  TF_SetAttrShape(description: Pointer, name: string, dims: Memory, count: number): void;
  TF_SetAttrIntList(description: Pointer, name: string, values: Memory, count: number): void;
  TF_SetAttrFloatList(description: Pointer, name: string, values: Memory, count: number): void;
  TF_SetAttrBoolList(description: Pointer, name: string, values: Memory, count: number): void;
  TF_SetAttrTypeList(description: Pointer, name: string, values: Memory, count: number): void;
  TF_SetAttrStringList(
    description: Pointer,
    name: string,
    values: readonly string[],
    lengths: Memory,
    count: number,
  ): void;
  TF_SetAttrTensor(description: Pointer, name: string, tensor: Pointer, status: Pointer): void;
  TF_NewSessionOptions(): Pointer;
  TF_SetConfig(options: Pointer, proto: Memory, bytes: number, status: Pointer): void;
  TF_DeleteSessionOptions(options: Pointer): void;
  TF_NewSession(graph: Pointer, options: Pointer, status: Pointer): Pointer;
  TF_CloseSession(session: Pointer, status: Pointer): void;
  TF_DeleteSession(session: Pointer, status: Pointer): void;
  /** Blocks no JavaScript: runs on a thread of libuv's. What it is given must stay as it is until it calls back. */
  TF_SessionRun: Asynchronous<
    [
      session: Pointer,
      options: null,
      inputs: Memory,
      values: Memory,
      inputCount: number,
      outputs: Memory,
      results: Memory,
      outputCount: number,
      targets: Memory,
      targetCount: number,
      metadata: Memory,
      status: Pointer,
    ]
  >;
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

let declared = false;

/**
 * Loads `libtensorflow_cc` and binds the functions. The framework library is found beside it ($ORIGIN).
 * @throws what koffi throws where the file is no library or lacks a function.
 */
export async function loadTensorFlow(path: string): Promise<TensorFlow> {
  const { default: koffi } = await import('koffi');
  const library = koffi.load(path);
  // Types are the process's: a second library of the same process finds this one.
  if (!declared) koffi.struct('TF_Output', { oper: 'void *', index: 'int' });
  declared = true;
  return Object.fromEntries(
    Object.entries(SIGNATURES).map(([name, signature]) => [name, library.func(signature)]),
  ) as unknown as TensorFlow;
}
