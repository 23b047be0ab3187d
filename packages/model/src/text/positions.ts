import { type LineColumn, lineColumn, lineStarts, type SourceFile, type Span } from "@smtpdlint/grammar";

/** Lines and columns of spans; the lines of a file are looked for once. */
export class Positions {
  private readonly starts = new Map<SourceFile, readonly number[]>();

  constructor(private readonly files: readonly SourceFile[]) {}

  pathOf({ file }: Span): string {
    return this.fileOf(file).path;
  }

  start({ file, start }: Span): LineColumn {
    return lineColumn(this.startsOf(file), start);
  }

  end({ file, end }: Span): LineColumn {
    return lineColumn(this.startsOf(file), end);
  }

  /** The text of a line, counted from 1, without its end. */
  line(file: number, line: number): string {
    const { text } = this.fileOf(file);
    const starts = this.startsOf(file);
    const from = starts[line - 1] ?? text.length;
    return text.slice(from, starts[line] ?? text.length).replace(/\r?\n$/, "");
  }

  fileOf(file: number): SourceFile {
    const found = this.files[file];
    if (!found) throw new Error(`no file number ${file}`);
    return found;
  }

  private startsOf(file: number): readonly number[] {
    const source = this.fileOf(file);
    let starts = this.starts.get(source);
    if (!starts) {
      starts = lineStarts(source.text);
      this.starts.set(source, starts);
    }
    return starts;
  }
}
