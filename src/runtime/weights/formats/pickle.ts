/**
 * Reads what `torch.save` pickles, and runs nothing. A pickle is a program for a small machine that may call any function
 * of Python by its name: this one knows the machine's data, and of functions only those that it is given.
 */

export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Pickled[]
  | PickledMap
  | PickledGlobal
  | PickledObject;

/** A dict, or an OrderedDict, in its order. */
export class PickledMap {
  readonly entries: [Pickled, Pickled][] = [];

  get(key: string): Pickled | undefined {
    return this.entries.find(([name]) => name === key)?.[1];
  }
}

/** A function or class by its name. */
export class PickledGlobal {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}

  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** What a function gave that is no plain value: `made` is of whoever gave `call` or `persistent`. */
export class PickledObject {
  constructor(readonly made: unknown) {}
}

/** `kind` says which: damaged, or in need of what is not given to it. In words without a path. */
export class PickleRefused extends Error {
  override readonly name = 'PickleRefused';
  constructor(
    readonly kind: 'cut-off' | 'damaged' | 'global',
    message: string,
  ) {
    super(message);
  }
}

export interface PickleWorld {
  /** Whether a name may stand in the file at all. */
  knows(global: PickledGlobal): boolean;
  call(global: PickledGlobal, args: readonly Pickled[]): Pickled;
  persistent(id: Pickled): Pickled;
}

/** A thousand tensors take some 30,000 steps. */
const MOST_STEPS = 3_000_000;

export function unpickle(bytes: Uint8Array, world: PickleWorld): Pickled {
  return new Machine(bytes, world).run();
}

const damaged = (why: string) => new PickleRefused('damaged', why);

class Machine {
  private at = 0;
  private stack: Pickled[] = [];
  private readonly marks: Pickled[][] = [];
  private readonly memo = new Map<number, Pickled>();
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly world: PickleWorld,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): Pickled {
    for (let steps = 0; ; steps++) {
      if (steps > MOST_STEPS) throw damaged(`its pickle has more than ${MOST_STEPS} steps`);
      const code = this.bytes[this.take(1)] as number;
      if (code === 0x2e) return this.pop();
      this.step(code);
    }
  }

  private step(code: number): void {
    switch (code) {
      case 0x80: // PROTO
        this.take(1);
        return;
      case 0x95: // FRAME
        this.take(8);
        return;
      case 0x28: // MARK
        this.marks.push(this.stack);
        this.stack = [];
        return;
      case 0x30: // POP
        if (this.stack.length === 0) this.toMark();
        else this.pop();
        return;
      case 0x31: // POP_MARK
        this.toMark();
        return;
      case 0x32: // DUP
        this.push(this.top());
        return;
      case 0x4e: // NONE
        this.push(null);
        return;
      case 0x88: // NEWTRUE
        this.push(true);
        return;
      case 0x89: // NEWFALSE
        this.push(false);
        return;
      case 0x49: // INT
        this.push(this.textNumber());
        return;
      case 0x4a: // BININT
        this.push(this.view.getInt32(this.take(4), true));
        return;
      case 0x4b: // BININT1
        this.push(this.view.getUint8(this.take(1)));
        return;
      case 0x4d: // BININT2
        this.push(this.view.getUint16(this.take(2), true));
        return;
      case 0x4c: // LONG
        this.push(this.textNumber());
        return;
      case 0x8a: // LONG1
        this.push(this.long(this.view.getUint8(this.take(1))));
        return;
      case 0x8b: // LONG4
        this.push(this.long(this.view.getInt32(this.take(4), true)));
        return;
      case 0x46: // FLOAT
        this.push(Number(this.line()));
        return;
      case 0x47: // BINFLOAT
        this.push(this.view.getFloat64(this.take(8), false));
        return;
      case 0x55: // SHORT_BINSTRING
      case 0x8c: // SHORT_BINUNICODE
        this.push(this.text(this.view.getUint8(this.take(1))));
        return;
      case 0x54: // BINSTRING
      case 0x58: // BINUNICODE
        this.push(this.text(this.view.getUint32(this.take(4), true)));
        return;
      case 0x8d: // BINUNICODE8
        this.push(this.text(this.long64()));
        return;
      case 0x53: // STRING
      case 0x56: // UNICODE
        this.push(this.line());
        return;
      case 0x43: // SHORT_BINBYTES
        this.push(this.raw(this.view.getUint8(this.take(1))));
        return;
      case 0x42: // BINBYTES
        this.push(this.raw(this.view.getUint32(this.take(4), true)));
        return;
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        this.push(this.raw(this.long64()));
        return;
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
      case 0x8f: // EMPTY_SET
        this.push([]);
        return;
      case 0x6c: // LIST
      case 0x74: // TUPLE
      case 0x91: // FROZENSET
        this.push(this.toMark());
        return;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        this.tuple(code - 0x84);
        return;
      case 0x61: {
        // APPEND
        const value = this.pop();
        this.list().push(value);
        return;
      }
      case 0x65: // APPENDS
      case 0x90: {
        // ADDITEMS
        const values = this.toMark();
        const list = this.list();
        for (const value of values) list.push(value);
        return;
      }
      case 0x7d: // EMPTY_DICT
        this.push(new PickledMap());
        return;
      case 0x64: // DICT
        this.push(this.fill(new PickledMap(), this.toMark()));
        return;
      case 0x73: {
        // SETITEM
        const value = this.pop();
        const key = this.pop();
        this.fill(this.map(), [key, value]);
        return;
      }
      case 0x75: {
        // SETITEMS
        const values = this.toMark();
        this.fill(this.map(), values);
        return;
      }
      case 0x67: // GET
        this.push(this.recalled(Number(this.line())));
        return;
      case 0x68: // BINGET
        this.push(this.recalled(this.view.getUint8(this.take(1))));
        return;
      case 0x6a: // LONG_BINGET
        this.push(this.recalled(this.view.getUint32(this.take(4), true)));
        return;
      case 0x70: // PUT
        this.memo.set(Number(this.line()), this.top());
        return;
      case 0x71: // BINPUT
        this.memo.set(this.view.getUint8(this.take(1)), this.top());
        return;
      case 0x72: // LONG_BINPUT
        this.memo.set(this.view.getUint32(this.take(4), true), this.top());
        return;
      case 0x94: // MEMOIZE
        this.memo.set(this.memo.size, this.top());
        return;
      case 0x63: // GLOBAL
        this.global(this.line(), this.line());
        return;
      case 0x93: {
        // STACK_GLOBAL
        const name = this.pop();
        const module = this.pop();
        if (typeof module !== 'string' || typeof name !== 'string')
          throw damaged('its pickle names a function by no text');
        this.global(module, name);
        return;
      }
      case 0x69: // INST: makes an object of a class at once
        this.global(this.line(), this.line());
        throw damaged('its pickle makes objects in a way that torch does not');
      case 0x52: // REDUCE
      case 0x81: {
        // NEWOBJ
        const args = this.pop();
        const made = this.pop();
        if (!Array.isArray(args) || !(made instanceof PickledGlobal))
          throw damaged('its pickle calls what is no function');
        this.push(this.world.call(made, args));
        return;
      }
      case 0x62: // BUILD
        this.build();
        return;
      case 0x50: // PERSID
        this.push(this.world.persistent(this.line()));
        return;
      case 0x51: // BINPERSID
        this.push(this.world.persistent(this.pop()));
        return;
      default:
        // OBJ, NEWOBJ_EX, extensions, buffers out of band: torch writes none of them.
        throw damaged(`its pickle has a step 0x${code.toString(16)}, which files of weights do not need`);
    }
  }

  private global(module: string, name: string): void {
    const global = new PickledGlobal(module, name);
    if (!this.world.knows(global)) throw new PickleRefused('global', global.path);
    this.push(global);
  }

  /** What `__setstate__` would take: a dict's own fields (`_metadata` of a state dict). Nothing of it is needed. */
  private build(): void {
    this.pop();
    if (!(this.top() instanceof PickledMap)) throw damaged('its pickle sets the state of what is no map');
  }

  /** Position of the next `count` bytes. */
  private take(count: number): number {
    const at = this.at;
    if (!Number.isSafeInteger(count) || count < 0 || at + count > this.bytes.length)
      throw new PickleRefused('cut-off', 'its pickle ends too early');
    this.at = at + count;
    return at;
  }

  private raw(count: number): Uint8Array {
    const at = this.take(count);
    return this.bytes.subarray(at, at + count);
  }

  private text(count: number): string {
    return Buffer.from(this.raw(count)).toString('utf8');
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw new PickleRefused('cut-off', 'its pickle ends too early');
    const text = this.text(end - this.at);
    this.take(1);
    return text;
  }

  private long64(): number {
    return Number(this.view.getBigUint64(this.take(8), true));
  }

  private long(count: number): number | bigint {
    const bytes = this.raw(count);
    if (count > 16) throw damaged('its pickle has a number of absurd size');
    let value = 0n;
    for (let i = count - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
    return small(count === 0 ? 0n : BigInt.asIntN(8 * count, value));
  }

  private textNumber(): number | bigint | boolean {
    const text = this.line().replace(/L$/, '');
    if (text === '00' || text === '01') return text === '01';
    if (!/^-?\d{1,40}$/.test(text)) throw damaged('its pickle has a number that is none');
    return small(BigInt(text));
  }

  private push(value: Pickled): void {
    this.stack.push(value);
  }

  private pop(): Pickled {
    const value = this.stack.pop();
    if (value === undefined) throw damaged('its pickle takes what is not there');
    return value;
  }

  private top(): Pickled {
    const value = this.stack.at(-1);
    if (value === undefined) throw damaged('its pickle takes what is not there');
    return value;
  }

  private toMark(): Pickled[] {
    const values = this.stack;
    const before = this.marks.pop();
    if (before === undefined) throw damaged('its pickle takes what is not there');
    this.stack = before;
    return values;
  }

  private tuple(count: number): void {
    if (this.stack.length < count) throw damaged('its pickle takes what is not there');
    this.push(this.stack.splice(-count));
  }

  private list(): Pickled[] {
    const list = this.top();
    if (!Array.isArray(list)) throw damaged('its pickle adds to what is no list');
    return list;
  }

  private map(): PickledMap {
    const map = this.top();
    if (!(map instanceof PickledMap)) throw damaged('its pickle adds to what is no map');
    return map;
  }

  private fill(map: PickledMap, values: readonly Pickled[]): PickledMap {
    if (values.length % 2 !== 0) throw damaged('its pickle has a key without a value');
    for (let i = 0; i < values.length; i += 2) map.entries.push([values[i] as Pickled, values[i + 1] as Pickled]);
    return map;
  }

  private recalled(key: number): Pickled {
    const value = this.memo.get(key);
    if (value === undefined) throw damaged('its pickle takes what is not there');
    return value;
  }
}

const small = (value: bigint): number | bigint =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
