/** What the page may do, as the program says it. */
export interface Config {
  served: boolean;
  title: string;
  placing: boolean;
  neighbors: boolean;
  watching: boolean;
  /** Which of the program's exhibits this is. */
  exhibit: number;
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
    exhibit: typeof given.exhibit === "number" ? given.exhibit : 0,
  };
}
