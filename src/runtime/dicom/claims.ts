import { createHash } from 'node:crypto';

/**
 * What the free texts of a header say of its picture, in words of ours. No text of the file is kept: a description may hold a
 * name.
 */
export interface HeaderClaims {
  /** The part of the body that it names, where it names one and not the head: `chest`. */
  part: string | null;
  /** Body part or descriptions name the head. */
  head: boolean;
  /** A contrast agent is named (0018,0010), and no description says that none was given. */
  contrast: boolean;
  /** Known words of descriptions (`WORDS`): `bone`, `without contrast`. */
  words: readonly string[];
  /** A description speaks of contrast in words that `words`, which series are ranked by, does not hold: it is noted only. */
  enhanced: boolean;
  /** A part of the head, or the neck, that descriptions name without the head itself: `temporal bone`. It is noted only. */
  region: string | null;
  /** Who or what was scanned, where that is no person: `an animal`. */
  subject: string | null;
  /** Hash of Issuer of Patient ID (0010,0021), empty where missing; treated as `person`. */
  issuer: string;
  /** Hashes (`sealedId`) of Other Patient IDs (0010,1000) and of their sequence (0010,1002); treated as `person`. */
  otherIds: readonly string[];
  /** What Image Type or the series' description say that is no slice of HU: `a dose report`. */
  other: string | null;
  /**
   * Hashes of patient's name, birth date and sex, empty where missing: compared between files of one patient id, in memory,
   * and never written.
   */
  person: readonly [name: string, birthDate: string, sex: string];
  /** Hashes of the parts of the name (family, given, …), in no order that matters; treated as `person`. */
  nameParts: readonly string[];
}

/** Body Part Examined (DICOM PS3.16 annex L and what scanners write), and words of descriptions. First come, first named. */
const PARTS: readonly (readonly [part: string, words: RegExp])[] = [
  ['chest', /\b(chest|thorax|thx|lungs?|lunge|poumons?|torax)\b/],
  ['heart', /\b(heart|cardiac|coronary|coronaries|coeur|herz)\b/],
  ['abdomen', /\b(abdomen|abdominal|abdo|liver|kidneys?|pancreas|spleen|bauch)\b/],
  ['pelvis', /\b(pelvis|pelvic|hip|hips|becken|bassin|bacino)\b/],
  ['spine', /\b(tspine|lspine|t-spine|l-spine|lumbar|thoracic spine|lumbar spine|sacrum|lws|bws)\b/],
  ['limbs', /\b(knee|ankle|foot|leg|thigh|femur|tibia|shoulder|elbow|wrist|hand|arm|extremity|knie)\b/],
  ['whole body', /\b(whole ?body|chestabdpelvis|chestabdomen|abdomenpelvis|tap)\b/],
];
const HEAD =
  /head|brain|skull|crani|cereb|neuro|stroke|kopf|schaedel|sch.del|hirn|t[eê]te|cabeza|encef|\bface\b|facial|orbit|sinus|temporal bone|\biacs?\b|neck|hals|carotid|c-?spine|hws/;

/** In texts without accents. None of them where the head itself is named: each is then of a whole head. */
const REGIONS: readonly (readonly [region: string, words: RegExp])[] = [
  ['temporal bone', /\b(felsenbein\w*|schlafenbein\w*|temporal bones?|petrous|rochers?|penasco|rocche|rotsbeen)\b/],
  ['orbits', /\b(orbit(a|ae|as|e|es|s|en)?)\b/],
  [
    'cervical spine',
    /\b(hws|halswirbel\w*|c-?spine|cervical spine|rachis cervical|columna cervical|rachide cervicale)\b/,
  ],
];
const WHOLE_HEAD =
  /head|brain|skull|crani|cran[eo]\b|cereb|cerv(eau|ello)|neuro|stroke|kopf|schadel|hirn|\btete|cabeza|encef|testa|hoofd/;

/** French, Spanish and Italian, in texts without accents. */
const ENHANCED =
  /\b(apres|avec|post) ?(injection|inj|iv|pdc|produit de contraste)\b|\b(apres|avec) (l )?injection\b|\binjecte?e?s?\b|\b(con|tras|post) (el )?(contraste|civ|medio de contraste)\b|\b(con|dopo) (il )?(contrasto|mdc|m d c|mezzo di contrasto)\b|\bcontrastad[oa]\b/;
const NOT_ENHANCED = /\b(sans|avant|non|no|sin|senza|prima)\b/;

const PHANTOM =
  /\b(\w*phantome?s?|fantom(e|a|as|en)?|fantoccio|qa|qc|daily qa|quality (control|assurance)|constancy test)\b/;
const HUMAN = /^(human|humans|homo ?sapiens|mensch|humain|humano|umano|mens|l-85b00|337915000|)$/;

/** Words of series description and protocol, in words of ours: what a series was made for. */
const WORDS: readonly (readonly [word: string, words: RegExp])[] = [
  ['localiser', /\b(scout|topogram\w*|localizer|localiser|surview|scanogram|scano|pilot)\b/],
  [
    'without contrast',
    /\b(w\/?o|without|non|no|ohne|sans|sin|senza)[ -]?(iv )?(c|con|cont|contrast\w*|kontrast\w*|km|contraste?)\b|\b(native?|nativ|plain|ncct|nect|unenhanced|non-?contrast)\b|(^|\s)c-(\s|$)|(^|\s)-c(\s|$)/,
  ],
  [
    'with contrast',
    /\b(with|post|mit|nach|avec|con|w)[ -]?(iv )?(contrast\w*|kontrast\w*|km|gad)\b|\b(cect|enhanced|contrast)\b|(^|\s)c\+(\s|$)|(^|\s)\+c(\s|$)|\bw\/ ?c(ontrast)?\b/,
  ],
  ['angiography', /\b(cta|angio\w*|arterial|arteriell|venogra\w*|ctv|venous|ven[oö]s|circle of willis|cow)\b/],
  ['perfusion', /\b(perf\w*|ctp|dynamic|vpct)\b/],
  ['bone', /\b(bone|bones|knochen|os|osso|osseux|hueso|inner ear|temporal|felsenbein\w*)\b/],
  ['lung', /\b(lungs?|lunge|lungenfenster)\b/],
  ['thin', /\b(thin|d[uü]nn\w*|0[.,]\d+ ?mm|1[.,]\d+ ?mm)\b/],
  ['coronal', /\b(cor|coronal|koronar)\b/],
  ['sagittal', /\b(sag|sagittal)\b/],
  ['projection', /\b(mip|minip|thick mip|aip|vrt|3d)\b/],
  ['virtual', /\b(vnc|virtual|mono\w*|monoe|vmi|kev)\b/],
  ['neck', /\b(neck|hals|cou|cuello|carotid\w*|c-?spine|cervical\w*|hws)\b/],
  ['face', /\b(face|facial|sinus\w*|nnh|orbit\w*|mandib\w*|maxill\w*|dental|tmj)\b/],
];

/** Values of Image Type (0008,0008) beyond localisers and projections. */
const OTHER_VALUES: readonly (readonly [what: string, values: readonly string[]])[] = [
  ['a dose report', ['DOSE_INFO', 'DOSE REPORT', 'DOSE']],
  ['a screenshot', ['SCREEN SAVE', 'SCREENSAVE', 'SCREEN_SAVE', 'SCREENSHOT']],
  ['a drawing of a volume', ['VRT', 'VOLUME_RENDERING', 'VOLUME RENDERING', 'SSD']],
  [
    'a map of perfusion',
    ['PERFUSION', 'CBF', 'CBV', 'RCBF', 'RCBV', 'MTT', 'TTP', 'TMAX', 'PERFUSION_MAP', 'CTP', 'TTD'],
  ],
  [
    'a map of a material',
    ['IODINE', 'IODINE_MAP', 'WATER', 'CALCIUM', 'MATERIAL', 'ZEFF', 'Z_EFF', 'MAT_REMOVED', 'ELECTRON_DENSITY'],
  ],
];
/** Of series descriptions. */
const DOSE = /\bdose (report|info)|patient protocol\b/;
/** What is written where no agent was given. */
const NO_AGENT =
  /^(none|no|non|nein|n|0|off|without|w\/?o|ohne|sans|c-|plain|native?|noncontrast|non-contrast|no contrast|unknown|nil|null|-+|\.)$/;

/** Texts of a header as they stand; empty where missing. */
export interface ClaimTexts {
  bodyPart: string;
  /** Series description and protocol name. */
  descriptions: readonly string[];
  agent: string;
  imageType: readonly string[];
  person: readonly [name: string, birthDate: string, sex: string];
  /** Patient Species Description (0010,2201). */
  species: string;
  /** Quality Control Image (0028,0300). */
  qualityControl: string;
  issuer: string;
  otherIds: readonly string[];
}

export function claimsOf(of: ClaimTexts): HeaderClaims {
  const { bodyPart, descriptions, agent, imageType, person } = of;
  const texts = [bodyPart, ...descriptions].map((text) => text.toLowerCase());
  // A head among other parts (a polytrauma) is a head.
  const head = texts.some((text) => HEAD.test(text));
  const part = head
    ? null
    : (PARTS.find(([, words]) => texts.some((text) => words.test(text.replaceAll('_', ' '))))?.[0] ?? null);
  const other = OTHER_VALUES.find(([, values]) => imageType.some((value) => values.includes(value)))?.[0] ?? null;
  const said = agent.trim().toLowerCase();
  const described = descriptions.map((text) => text.toLowerCase().replaceAll(/[_,;()/]+/g, ' '));
  const named = WORDS.filter(([, words]) =>
    [...described, ...descriptions.map((text) => text.toLowerCase())].some((text) => words.test(text)),
  ).map(([word]) => word);
  // `without contrast` holds the words of `with contrast` too.
  const without = named.includes('without contrast');
  const words = without ? named.filter((word) => word !== 'with contrast') : named;
  const [name, birthDate, sex] = person;
  return {
    part,
    head,
    // Agents are carried over from one series of an examination to the next.
    contrast: said !== '' && !NO_AGENT.test(said) && !without,
    words,
    enhanced: descriptions.map(plain).some((text) => ENHANCED.test(text) && !NOT_ENHANCED.test(text)),
    region: regionOf([bodyPart, ...descriptions].map(plain)),
    subject: subjectOf(of),
    issuer: sealed(of.issuer.trim().toUpperCase()),
    otherIds: [...new Set(of.otherIds.map(sealedId))].filter((id) => id !== ''),
    other: other ?? (descriptions.some((text) => DOSE.test(text.toLowerCase())) ? 'a dose report' : null),
    person: [
      sealed(name.toUpperCase().replaceAll(/[\s^]+/g, '')),
      sealed(birthDate.trim()),
      sealed(sex.trim().toUpperCase()),
    ],
    nameParts: [...new Set(name.toUpperCase().split(/[\s^=,.-]+/))].filter((part) => part !== '').map(sealed),
  };
}

/** Without accents, and with a space for whatever stands between words. */
const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[_^,;:()/'’.\s]+/g, ' ')
    .trim();

function regionOf(texts: readonly string[]): string | null {
  if (texts.some((text) => WHOLE_HEAD.test(text))) return null;
  return REGIONS.find(([, words]) => texts.some((text) => words.test(text)))?.[0] ?? null;
}

function subjectOf({ bodyPart, descriptions, person, species, qualityControl }: ClaimTexts): string | null {
  if (!HUMAN.test(plain(species))) return 'an animal';
  const named = [bodyPart, ...descriptions, person[0]].some((text) => PHANTOM.test(plain(text)));
  return named || qualityControl.trim().toUpperCase() === 'YES' ? 'a phantom, or a test of the scanner' : null;
}

/**
 * Whether two files name different people: two of name, birth date and sex are stated in both, and differ; or no part of the
 * name is the same, and no birth date says that it is one person nevertheless. A name alone may change, its given part rarely.
 */
export function areTwoPeople(a: HeaderClaims, b: HeaderClaims): boolean {
  const differs = a.person.map((one, i) => one !== '' && b.person[i] !== '' && one !== b.person[i]);
  if (differs.filter(Boolean).length > 1) return true;
  const born = a.person[1] !== '' && a.person[1] === b.person[1];
  return differs[0] === true && !born && !a.nameParts.some((part) => b.nameParts.includes(part));
}

/** Hash of a patient's id, however it is written: without case, spaces, `^` and a number's zeros in front. Of an empty one empty. */
export const sealedId = (id: string): string =>
  sealed(
    id
      .normalize('NFKC')
      .toUpperCase()
      .replaceAll(/[\s^\p{Cc}]+/gu, '')
      .replace(/^0+(?=\d+$)/, ''),
  );

/** What is compared in memory alone: nobody could read it there. Empty where there is nothing. */
export const sealed = (text: string): string =>
  text === '' ? '' : createHash('sha256').update(text).digest('base64').slice(0, 16);
