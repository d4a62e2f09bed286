import { parseConfig, type Config } from "./config.ts";
import { embeddedSource } from "./embedded.ts";
import { servedSource } from "./served.ts";

/** Images nearest to one, nearest first. */
export interface Neighbors {
  ids: number[];
  distances: number[];
}

export interface Placement extends Neighbors {
  x: number;
  y: number;
  z?: number;
}

export interface Loss {
  stage: number;
  loss: number;
  attraction: number;
  repulsion: number;
}

export interface Progress {
  /** Mapping is writing the map when it is learned; stopped, when it was stopped before. */
  state: "decoding" | "learning" | "mapping" | "stopped" | "ready" | "failed";
  /** The command that goes on with the run. */
  resume: string;
  /** What is being done, or why it failed; may be empty. */
  words: string;
  /** How many of how many images, in what is being done; 0 of 0 where that is not known. */
  done: number;
  total: number;
  /** From 1; 0 while nothing is learned yet. */
  stage: number;
  stages: number;
  epoch: number;
  epochs: number;
  secondsLeft: number | null;
  version: number;
  losses: Loss[];
}

/** `fromRun` of the `count` images are as the run holds them, `side` pixels wide. */
export interface Exported {
  folder: string;
  count: number;
  fromRun: number;
  side: number;
}

export type ExportKind = "csv" | "copies" | "links";

/** Thumbnails of images that have just been decoded: `count` on eight times eight places. */
export interface ArrivalSheet {
  picture: Blob;
  count: number;
}

/** What only a running program can do. */
export interface Server {
  image(id: number): Promise<Blob>;
  neighbors(id: number, count: number): Promise<Neighbors>;
  place(image: Blob): Promise<Placement>;
  saveLabel(label: string, ids: Uint32Array): Promise<{ file: string; count: number }>;
  exportTo(name: string, kind: ExportKind, ids: Uint32Array): Promise<Exported>;
  progress(): Promise<Progress>;
  /** Null where no image of this sheet has come yet. */
  arrivals(sheet: number): Promise<ArrivalSheet | null>;
  /** Asks that the learning end now, with a map of what is learned. */
  stop(): Promise<void>;
  points(): Promise<ArrayBuffer>;
  /** Where the map comes from that the program shows by now. */
  now(): Promise<Source>;
}

/** Where the map comes from. */
export interface Source {
  readonly config: Config;
  readonly server: Server | null;
  map(): Promise<ArrayBuffer>;
  texts(): Promise<ArrayBuffer>;
  page(level: number, page: number): Promise<Blob>;
}

function readConfig(): Config {
  const text = document.getElementById("config")?.textContent;
  if (!text) {
    throw new Error(
      "This page holds no map. Look at a run with: tsimcne explore RUN, or make a page of its own with: tsimcne explore RUN --export map.html",
    );
  }
  return parseConfig(text);
}

/** The map in the page where there is one, else the server that gave the page. */
export function openSource(): Source {
  const config = readConfig();
  return config.served ? servedSource(config) : embeddedSource(config);
}
