/** What the page may do, as the program says it. */
export interface Config {
  served: boolean;
  title: string;
  placing: boolean;
  neighbors: boolean;
  watching: boolean;
  /** Images have files of their own, to which links can point. */
  links: boolean;
  /** Images are being decoded, and there is no map yet. */
  arriving: boolean;
  /** What the map is known by: requests bring it, since of another map their numbers would mean other images. */
  map: string;
}

/** Reads what the program says; what makes no sense is left out. */
export function parseConfig(text: string): Config {
  const given = JSON.parse(text) as Partial<Config>;
  return {
    served: given.served === true,
    title: typeof given.title === "string" ? given.title : "map",
    placing: given.placing === true,
    neighbors: given.neighbors === true,
    watching: given.watching === true,
    links: given.links === true,
    arriving: given.arriving === true,
    map: typeof given.map === "string" ? given.map : "",
  };
}
