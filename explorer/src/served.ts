import type { Config, Neighbors, Placement, Progress, Server, Source } from "./source.ts";

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

async function request(address: string, options: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, {
      ...options,
      headers: { ...requestHeaders(), ...(options.headers as Record<string, string>) },
    });
  } catch {
    throw new Error("The program does not answer. Is tsimcne explore still running?");
  }
  if (!response.ok) throw new Error(await describeFailure(response));
  return response;
}

async function get<T>(address: string): Promise<T> {
  return (await (await request(address)).json()) as T;
}

async function post<T>(address: string, body: Blob | object): Promise<T> {
  const isBlob = body instanceof Blob;
  const response = await request(address, {
    method: "POST",
    body: isBlob ? body : JSON.stringify(body),
    headers: { "Content-Type": isBlob ? "application/octet-stream" : "application/json" },
  });
  return (await response.json()) as T;
}

const server: Server = {
  image: async (id) => (await request(`image/${id}`)).blob(),
  neighbors: (id, count) => get<Neighbors>(`neighbors/${id}?count=${count}`),
  place: (image) => post<Placement>("place", image),
  saveLabel: (label, ids) => post("labels", { label, ids: Array.from(ids) }),
  exportTo: (name, kind, ids) => post("exports", { name, kind, ids: Array.from(ids) }),
  progress: () => get<Progress>("progress"),
  points: async () => (await request("points.bin")).arrayBuffer(),
};

export function servedSource(config: Config): Source {
  return {
    config,
    server,
    map: async () => (await request("map.bin")).arrayBuffer(),
    texts: async () => (await request("text.bin")).arrayBuffer(),
    page: async (level, page) => (await request(`atlas/${level}/${page}`)).blob(),
  };
}
