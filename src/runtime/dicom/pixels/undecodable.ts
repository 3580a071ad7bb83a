/**
 * Why the pixels of a frame cannot be had without a guess. `message` continues "Its pixels", repeats nothing of the file but
 * numbers, and names no identity.
 */
export class Undecodable extends Error {
  override readonly name = 'Undecodable';
}
