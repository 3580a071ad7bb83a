/**
 * What people and anonymisers write where a patient's id should stand: letters and digits only, in upper case, without
 * accents.
 */
const WORDS = new Set(
  [
    ['ANON', 'ANONYM', 'ANONYMOUS', 'ANONYMISED', 'ANONYMIZED', 'ANONYMOUSPATIENT', 'ANONPATIENT'],
    ['DEIDENTIFIED', 'DEID', 'PSEUDONYM', 'REDACTED', 'REMOVED', 'DELETED', 'MASKED', 'HIDDEN', 'CONFIDENTIAL'],
    ['UNKNOWN', 'UNK', 'UNKNOWNPATIENT', 'UNIDENTIFIED', 'UNSPECIFIED', 'UNDEFINED', 'UNNAMED', 'NOTAVAILABLE'],
    ['NONE', 'NULL', 'NIL', 'NA', 'NAN', 'NOID', 'NOPATIENTID', 'NONAME', 'NOTKNOWN', 'NOTSET', 'EMPTY', 'MISSING'],
    ['PATIENT', 'PATIENTID', 'PATID', 'PID', 'ID', 'MRN', 'SUBJECT', 'NAME', 'PATIENTNAME', 'SAMPLE'],
    ['DEFAULT', 'DUMMY', 'TEST', 'TESTPATIENT', 'TBD', 'XXX', 'JOHNDOE', 'JANEDOE', 'DOE'],
    ['NAMENONE', 'NONENAME', 'NONENONE', 'NOBODY', 'NOPATIENT', 'UNKNOWNUNKNOWN', 'WITHOUTNAME'],
    // German
    ['UNBEKANNT', 'UNBEKANNTER', 'UNBEKANNTE', 'UNBEKANNTERPATIENT', 'PATIENTUNBEKANNT', 'NAMEUNBEKANNT', 'NAMENLOS'],
    ['OHNENAME', 'OHNENAMEN', 'OHNEID', 'KEINNAME', 'KEINENAMEN', 'KEINEID', 'NIEMAND', 'ANONYMISIERT', 'GELOSCHT'],
    // French
    ['INCONNU', 'INCONNUE', 'PATIENTINCONNU', 'NOMINCONNU', 'SANSNOM', 'SANSID', 'AUCUN', 'AUCUNNOM', 'NONRENSEIGNE'],
    ['ANONYME', 'ANONYMISE', 'ANONYMISEE', 'PATIENTANONYME'],
    // Spanish, Portuguese
    ['DESCONOCIDO', 'DESCONOCIDA', 'PACIENTEDESCONOCIDO', 'SINNOMBRE', 'SINID', 'NINGUNO', 'DESCONHECIDO', 'SEMNOME'],
    ['ANONIMO', 'ANONIMA', 'ANONIMIZADO', 'ANONIMIZADA', 'PACIENTEANONIMO'],
    // Italian
    ['SCONOSCIUTO', 'SCONOSCIUTA', 'PAZIENTESCONOSCIUTO', 'IGNOTO', 'IGNOTA', 'SENZANOME', 'NESSUNO', 'NESSUNNOME'],
    ['ANONIMIZZATO', 'ANONIMIZZATA', 'PAZIENTEANONIMO'],
    // Dutch
    ['ONBEKEND', 'ONBEKENDE', 'PATIENTONBEKEND', 'ZONDERNAAM', 'GEENNAAM', 'NAAMLOOS', 'ANONIEM', 'GEANONIMISEERD'],
  ].flat(),
);
/** `12345`, `123456789`: typed along the keyboard. */
const TYPED = '1234567890';
const FEWEST_TYPED = 5;

/**
 * How an id reads once what people write differently is gone: case, spaces, and the `^` that pads names. Empty: it says
 * nothing.
 */
export const readId = (id: string): string =>
  id
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s^\p{Cc}]+/gu, '');

/**
 * An id as `readId` gives it, of a number alone without what spreadsheets take away and programs add: `007` and `7.0` are
 * `7`. What has letters keeps its zeros.
 */
export const plainNumber = (id: string): string => /^0*(\d+)(?:\.0+)?$/.exec(id)?.[1] ?? id;

/**
 * Whether an id (as `readId` gives it) names nobody: a word such as ANONYMOUS, no letter or digit at all, one character
 * over and over, digits in a row. A number is one of a count, and so somebody, where a neighbour of it is an id too.
 */
export function isPlaceholder(id: string, ids: ReadonlySet<string>): boolean {
  const plain = id.replaceAll(/[^\p{L}\p{N}]+/gu, '');
  if (plain === '' || WORDS.has(withoutAccents(plain))) return true;
  if (/^0+$/.test(plain) || /^(\d)\1{2,}$/.test(plain) || (plain.length >= FEWEST_TYPED && TYPED.startsWith(plain)))
    return !neighbours(id).some((other) => ids.has(other));
  return /^(\p{L})\1{2,}$/u.test(plain);
}

const withoutAccents = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}+/gu, '');

/** The ids one below and one above, of as many digits. */
function neighbours(id: string): string[] {
  const digits = /\d+/.exec(id);
  if (digits === null) return [];
  const [number] = digits;
  return [-1n, 1n]
    .map((step) => BigInt(number) + step)
    .filter((other) => other >= 0n)
    .map((other) => id.replace(number, String(other).padStart(number.length, '0')));
}
