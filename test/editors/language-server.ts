import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';

export interface Problem {
  /** 1-based, as an editor shows them. */
  line: number;
  column: number;
  message: string;
}

export interface Proposal {
  label: string;
  documentation?: string | { value: string };
  insertText?: string;
}

interface LspDiagnostic {
  range: { start: { line: number; character: number } };
  message: string;
}

/** The yaml-language-server that VS Code's YAML extension runs, over LSP on its standard input and output. */
export class LanguageServer {
  private version = 0;
  private readonly waiting = new Map<string, (problems: Problem[]) => void>();

  private constructor(
    private readonly process: ChildProcess,
    private readonly connection: MessageConnection,
  ) {
    connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ uri, diagnostics }: { uri: string; diagnostics: LspDiagnostic[] }) => {
        const problems = diagnostics.map(({ range: { start }, message }) => ({
          line: start.line + 1,
          column: start.character + 1,
          message,
        }));
        this.waiting.get(uri)?.(problems);
      },
    );
  }

  /** `settings`: what stands under `yaml` in an editor's settings. */
  static async start(settings: object): Promise<LanguageServer> {
    const manifest = createRequire(import.meta.url).resolve('yaml-language-server/package.json');
    const child = spawn(process.execPath, [join(dirname(manifest), 'bin', 'yaml-language-server'), '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const server = new LanguageServer(child, connection);
    const answers: Record<string, unknown> = { yaml: settings };
    connection.onRequest('workspace/configuration', ({ items }: { items: { section: string }[] }) =>
      items.map(({ section }) => answers[section] ?? {}),
    );
    connection.onRequest('client/registerCapability', () => null);
    connection.listen();
    await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {
        workspace: { configuration: true },
        textDocument: { completion: { completionItem: { documentationFormat: ['markdown'] } } },
      },
    });
    await connection.sendNotification('initialized', {});
    await connection.sendNotification('workspace/didChangeConfiguration', { settings: answers });
    return server;
  }

  /** Opens a text as the file at this path; resolves with what is underlined. */
  async open(path: string, text: string): Promise<Problem[]> {
    const uri = pathToFileURL(path).href;
    const problems = new Promise<Problem[]>((done) => this.waiting.set(uri, done));
    this.version++;
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'yaml', version: this.version, text },
    });
    return problems;
  }

  /** What is proposed at a 0-based offset of an open text. */
  async complete(path: string, text: string, offset: number): Promise<Proposal[]> {
    const list = await this.connection.sendRequest<{ items: Proposal[] }>(
      'textDocument/completion',
      at(path, text, offset),
    );
    return list.items;
  }

  /** The markdown that is shown over a 0-based offset of an open text; empty where there is none. */
  async hover(path: string, text: string, offset: number): Promise<string> {
    const hover = await this.connection.sendRequest<{ contents: { value: string } } | null>(
      'textDocument/hover',
      at(path, text, offset),
    );
    return hover?.contents.value ?? '';
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    this.connection.dispose();
    this.process.kill();
  }
}

function at(path: string, text: string, offset: number): object {
  const before = text.slice(0, offset).split('\n');
  return {
    textDocument: { uri: pathToFileURL(path).href },
    position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
  };
}
