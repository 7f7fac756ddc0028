/** Why a row of a file is rejected before any decision sees it; a decision that refuses it adds the codes of docs/reference/errors.md. */
export const rowCodes = {
  'row-malformed':
    'The row is not CSV: a quote is never closed, text follows a closing quote, or the line is longer than 1 MiB.',
  'column-count': 'The row has more or fewer cells than the header.',
  encoding: 'The row has bytes that are not text in the encoding of the mapping.',
  'not-json': 'The line is not JSON.',
  'not-an-object': 'The line is JSON, but no object.',
  'duplicate-key': 'The line names the same member twice.',
  'forbidden-key': 'The line has a member that is not allowed: __proto__, constructor or prototype.',
  'too-deep': 'The line is nested deeper than 64 levels.',
  'unsafe-number': 'A number in the line cannot be kept exactly.',
  'lone-surrogate': 'A text in the line holds half of a surrogate pair.',
  'key-missing': 'A column of the key, or one that names the engagement, is empty.',
  'no-fact': 'None of the facts of the mapping is in the row.',
  'date-missing': 'The date of a fact is empty.',
  'date-invalid': 'A text fits no date pattern of the mapping, or names a day or a time that does not exist.',
  'number-invalid': 'A text is no number as the mapping describes it.',
  'value-unmapped': 'The map of a field has no value for a text, and no otherwise.',
  'engagement-differs':
    'The engagement with the key of the row belongs to another client, or a fact with the key of the row stands in another engagement.',
  changed: 'A fact with this key was recorded before, with other content.',
} as const

/** Why a file or a mapping is refused before anything is recorded. */
export const fileCodes = {
  'mapping-invalid': 'The mapping is not valid; each place is named, with what is expected there.',
  'column-missing': 'The mapping names a column that the header of the file lacks.',
  'column-ambiguous': 'The mapping names a column that stands twice in the header of the file.',
  'file-empty': 'The file has no header.',
  'format-unknown': 'Neither the name of the file nor the mapping says whether it is CSV or JSON lines.',
  'rejected-target':
    'The file for rejected rows is one that the run reads or that holds something else, or its folder cannot be written to.',
  'file-unreadable': 'The file is not there, may not be read, or is damaged.',
} as const
