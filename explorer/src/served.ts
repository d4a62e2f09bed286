import { parseConfig, type Config } from "./config.ts";
import type { ArrivalSheet, Neighbors, Placement, Progress, Server, Source } from "./source.ts";

/** The program cannot be reached. */
export class NoAnswer extends Error {}

/** The page's own address may carry a token, without which the server answers nothing. */
function requestHeaders(): Record<string, string> {
  const token = new URLSearchParams(location.search).get("token");
  return token ? { "X-Tsimcne-Token": token } : {};
}

async function describeFailure(response: Response): Promise<string> {
  try {
    const answer = (await response.json()) as { error?: unknown };
    if (typeof answer.error === "string") return answer.error;
  } catch {
    // The status alone is told then.
  }
  return `The program answered ${response.status} to ${new URL(response.url).pathname}.`;
}

async function reach(address: string, options: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(address, {
      ...options,
      headers: { ...requestHeaders(), ...(options.headers as Record<string, string>) },
    });
  } catch {
    throw new NoAnswer("The program does not answer. If it has ended, tsimcne explore shows the run again.");
  }
}

async function request(address: string, options: RequestInit = {}): Promise<Response> {
  const response = await reach(address, options);
  if (!response.ok) throw new Error(await describeFailure(response));
  return response;
}

async function arrivalSheet(sheet: number): Promise<ArrivalSheet | null> {
  const response = await reach(`arrivals/${sheet}`);
  if (!response.ok || response.status === 204) return null; // not yet
  return { picture: await response.blob(), count: Number(response.headers.get("X-Tsimcne-Count")) };
}

type Ask = (address: string, options?: RequestInit) => Promise<Response>;

/** Asks about one map; the program at this address refuses that where it shows another one by now. */
function askAbout(map: string): Ask {
  return (address, options = {}) => {
    const headers = { ...(options.headers as Record<string, string>), "X-Tsimcne-Map": map };
    return request(address, { ...options, headers });
  };
}

async function post<T>(ask: Ask, address: string, body: Blob | object): Promise<T> {
  const isBlob = body instanceof Blob;
  const response = await ask(address, {
    method: "POST",
    body: isBlob ? body : JSON.stringify(body),
    headers: { "Content-Type": isBlob ? "application/octet-stream" : "application/json" },
  });
  return (await response.json()) as T;
}

function serverBy(ask: Ask): Server {
  return {
    image: async (id) => (await ask(`image/${id}`)).blob(),
    neighbors: async (id, count) =>
      (await (await ask(`neighbors/${id}?count=${count}`)).json()) as Neighbors,
    place: (image) => post<Placement>(ask, "place", image),
    saveLabel: (label, ids) => post(ask, "labels", { label, ids: Array.from(ids) }),
    exportTo: (name, kind, ids) => post(ask, "exports", { name, kind, ids: Array.from(ids) }),
    points: async () => (await ask("points.bin")).arrayBuffer(),
    progress: async () => (await (await ask("progress")).json()) as Progress,
    arrivals: async (sheet) => arrivalSheet(sheet),
    stop: async () => void (await ask("stop", { method: "POST" })),
    now: async () => servedSource(parseConfig(await (await request("config")).text())),
  };
}

export function servedSource(config: Config): Source {
  const ask = askAbout(config.map);
  return {
    config,
    server: serverBy(ask),
    map: async () => (await ask("map.bin")).arrayBuffer(),
    texts: async () => (await ask("text.bin")).arrayBuffer(),
    page: async (level, page) => (await ask(`atlas/${level}/${page}`)).blob(),
  };
}
