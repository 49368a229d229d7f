/** One server-sent event. */
export interface ServerEvent {
  type: string;
  data: string;
  id?: string;
}

/**
 * Reads server-sent events out of text that arrives in any pieces: a line, even
 * a CR LF, may be cut in two.
 */
export class EventParser {
  private rest = "";
  private type = "";
  private data: string[] = [];
  private id: string | undefined;

  constructor(private readonly emit: (event: ServerEvent) => void) {}

  push(text: string): void {
    this.rest += text;
    for (;;) {
      const cut = /\r\n|\n|\r(?!$)/.exec(this.rest);
      if (!cut) return;
      const line = this.rest.slice(0, cut.index);
      this.rest = this.rest.slice(cut.index + cut[0].length);
      this.line(line);
    }
  }

  private line(line: string): void {
    if (line === "") return this.flush();
    if (line.startsWith(":")) return;
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.type = value;
    else if (field === "data") this.data.push(value);
    else if (field === "id" && !value.includes("\0")) this.id = value;
  }

  private flush(): void {
    if (this.data.length > 0) {
      const event: ServerEvent = { type: this.type || "message", data: this.data.join("\n") };
      if (this.id !== undefined) event.id = this.id;
      this.emit(event);
    }
    this.type = "";
    this.data = [];
  }
}
