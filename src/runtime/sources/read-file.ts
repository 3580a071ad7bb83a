import type { OpenSource, SourceFile } from '../../registry/kinds/source.ts';
import { type HeaderReading, readHeader } from '../dicom/read-header.ts';
import { type PictureReading, readPictureHeader } from '../pictures/picture-header.ts';

/** A file of a source, read as far as it says what it holds. */
export type FileReading = HeaderReading | PictureReading;

/** Reads the start of a file as what its source gives: one that lists records gives pictures. */
export const readFileHeader = (source: OpenSource, file: SourceFile): Promise<FileReading> =>
  source.records === undefined ? readHeader(source, file) : readPictureHeader(source, file);
