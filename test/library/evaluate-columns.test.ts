import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../src/library/evaluate.ts';

describe('--columns', () => {
  it('names columns, those with a comma or an exclamation mark in quotes', () => {
    expect(columnsOf('path=File, epidural = EDH ,any=!Healthy')).toMatchObject({
      path: 'File',
      columns: { epidural: 'EDH', any: { not: 'Healthy' } },
    });
    expect(columnsOf('path="File, full",epidural="EDH, acute" ,any=!"None, ""at all"""')).toMatchObject({
      path: 'File, full',
      columns: { epidural: 'EDH, acute', any: { not: 'None, "at all"' } },
    });
    expect(columnsOf('patient={Site}-{Who},number=No,any="!x"')).toMatchObject({
      patient: '{Site}-{Who}',
      number: 'No',
      columns: { any: '!x' },
    });
  });

  it.each([
    ['path=File,epidural=EDH,epidural=Any', 'names epidural twice'],
    ['path=File,path=Name,any=Any', 'names path twice'],
    ['path=File,epidural=EDH,subdural=EDH', 'the column "EDH" twice: for epidural and for subdural'],
    ['path=File,any=File', 'the column "File" twice: for path and for any'],
    ['any=Who,patient={Site}-{Who},number=No', 'the column "Who" twice: for any and for patient'],
    ['path=File,label=L,value=L', 'the column "L" twice'],
    ['path=File,any=EDH, acute', '"acute" names no column'],
    ['path=File,any="EDH, acute', 'names no column'],
    ['path=File,any=', '"any=" names no column'],
    ['path=File,any=!', '"any=!" names no column'],
    ['path=File,any=Any,', '"" names no column'],
    ['path=!File,any=Any', '"path=!File" names no column'],
    ['', 'names no column'],
    ['pth=File,any=Any', '"pth=File" names no column'],
  ])('%s is a wrong call', (text, message) => {
    expect(() => columnsOf(text)).toThrow(
      expect.objectContaining({ code: 'wrong-call', exit: 2, message: expect.stringContaining(message) }),
    );
  });
});
