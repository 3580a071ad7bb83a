import { defineSource, openImageFolder, Type } from '../../src/index.ts';

export default defineSource({
  name: 'folder',
  version: 1,
  summary: 'Any tree of unlabelled DICOM files: all slices are predicted, identities stay private.',
  params: Type.Object({
    root: Type.Union([Type.String(), Type.Array(Type.String({ minLength: 1 }), { minItems: 1, uniqueItems: true })], {
      default: '',
      description:
        'Folder to search, with the folders in it; a zip, a file or a DICOMDIR; or a list of such. Hidden folders are not entered.',
      affectsResult: false,
    }),
    showIds: Type.Boolean({
      default: false,
      description: 'Write ids and paths as they stand in the files, instead of keyed hashes.',
    }),
    repairIntercept: Type.Boolean({
      default: false,
      description:
        'Repair unsigned 12-bit files with an intercept above -100, whose negative HU wrapped around, as the rsna source does.',
    }),
    pictures: Type.Boolean({
      default: false,
      description: 'Show slices in the report. Thin head CT shows a face.',
      affectsResult: false,
    }),
  }),
  contract: ({ showIds, repairIntercept }) => ({
    identities: showIds ? 'public' : 'private',
    labels: false,
    repairIntercept,
    chooseSeries: 'best',
  }),
  open: (_, root, roots) => openImageFolder(root, roots),
});
