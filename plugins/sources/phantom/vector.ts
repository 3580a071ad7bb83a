/** Millimetres in the head's own frame: x to the patient's left, y to the back, z to the vertex; DICOM's directions. */
export type Vector = readonly [number, number, number];

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const add = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

export const subtract = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

export const times = (a: Vector, factor: number): Vector => [a[0] * factor, a[1] * factor, a[2] * factor];

export const length = (a: Vector): number => Math.sqrt(dot(a, a));

/** Into 0..1. Compared, not Math.min and Math.max: those cost several times as much, and this is called for each pixel. */
export function clamp(value: number): number {
  if (value < 0) return 0;
  if (value > 1) return 1;
  return value;
}

/** Rows are the frame's axes seen from outside: `apply` takes an outside vector into the frame. */
export type Rotation = readonly [Vector, Vector, Vector];

export const IDENTITY: Rotation = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

export const apply = (rotation: Rotation, v: Vector): Vector => [
  dot(rotation[0], v),
  dot(rotation[1], v),
  dot(rotation[2], v),
];

/** Yaw about z, then pitch about x, then roll about y; degrees. */
export function rotation(yaw: number, pitch: number, roll: number): Rotation {
  const turn = (degrees: number) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)] as const;
  const [cy, sy] = turn(yaw);
  const [cp, sp] = turn(pitch);
  const [cr, sr] = turn(roll);
  const rotate = (v: Vector): Vector => {
    const afterYaw: Vector = [cy * v[0] - sy * v[1], sy * v[0] + cy * v[1], v[2]];
    const afterPitch: Vector = [afterYaw[0], cp * afterYaw[1] - sp * afterYaw[2], sp * afterYaw[1] + cp * afterYaw[2]];
    return [cr * afterPitch[0] + sr * afterPitch[2], afterPitch[1], -sr * afterPitch[0] + cr * afterPitch[2]];
  };
  const columns = IDENTITY.map(rotate) as unknown as Rotation;
  return [0, 1, 2].map((row) => [columns[0][row], columns[1][row], columns[2][row]]) as unknown as Rotation;
}
