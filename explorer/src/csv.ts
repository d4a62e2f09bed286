/** A field of a table, in quotation marks where it needs them (RFC 4180). */
export function quote(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** Lines of fields under their names. */
export function table(names: string[], rows: Iterable<(string | number)[]>): string {
  const lines = [names, ...rows].map((row) => row.map((field) => quote(String(field))).join(","));
  return `${lines.join("\r\n")}\r\n`;
}
