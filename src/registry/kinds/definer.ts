import type { Static, TObject } from 'typebox';

/** Own parameters with the name of a common field of the kind (or `type`), which a registry refuses. */
type Taken<P extends TObject, Common> = string extends keyof Static<P>
  ? never
  : Extract<keyof Static<P> & (keyof Common | 'type'), string>;

/** Parameters whose schema is none: TypeBox's own types take any value there. */
type WithoutSchema<P> =
  P extends TObject<infer Properties>
    ? Extract<
        { [K in keyof Properties]: NonNullable<Properties[K]> extends object ? never : K }[keyof Properties],
        string
      >
    : never;

/** Fails with words where the types of TypeBox alone would let a wrong parameter through. */
export type Checked<P extends TObject, Common> = ([Taken<P, Common>] extends [never]
  ? unknown
  : { params: `${Taken<P, Common>} is a common field of each component of this kind` }) &
  ([WithoutSchema<P>] extends [never]
    ? unknown
    : { params: `${WithoutSchema<P>} is no schema: say Type.Number({ … }) or the like` });

/** What an author writes: a component without its kind, which the definer adds. */
export type Written<C extends { params: TObject }, Common = unknown> = Omit<C, 'kind'> & Checked<C['params'], Common>;

/** A definer only adds the kind: it exists so that the parameters' types reach the functions. */
export const definer =
  <K extends string>(kind: K) =>
  <C extends object>(component: C): C & { kind: K } => ({ ...component, kind });
