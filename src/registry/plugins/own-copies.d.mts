type Next = (specifier: string, context: object) => unknown;
type Resolve = (specifier: string, context: object, next: Next) => unknown;
export declare const OWN: RegExp;
export declare const OF_TFJS: RegExp;
export declare const ownCopies: (parents: { ichor: string; tfjs: string }) => Resolve;
export declare const moduleBySyntax: Resolve;
