/** Numbers of TF_DataType (`tensorflow/c/tf_datatype.h`) and TF_AttrType (`c/tf_attrtype.h`), by the names tfjs-node uses. */
export const CONSTANTS = {
  TF_FLOAT: 1,
  TF_INT32: 3,
  TF_UINT8: 4,
  TF_STRING: 7,
  TF_COMPLEX64: 8,
  TF_INT64: 9,
  TF_BOOL: 10,
  TF_RESOURCE: 20,
  TF_ATTR_STRING: 0,
  TF_ATTR_INT: 1,
  TF_ATTR_FLOAT: 2,
  TF_ATTR_BOOL: 3,
  TF_ATTR_TYPE: 4,
  TF_ATTR_SHAPE: 5,
} as const;

/** TF_DataType numbers as a reader of an error message knows them. */
export function dtypeName(dtype: number): string {
  const found = Object.entries(CONSTANTS).find(([name, value]) => value === dtype && !name.startsWith('TF_ATTR'));
  return found === undefined ? `dtype ${dtype}` : found[0].slice(3).toLowerCase();
}
