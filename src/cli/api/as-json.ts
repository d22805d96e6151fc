/** A record as the API sends it: times are ISO texts. */
export type AsJson<T> = T extends Date
    ? string
    : T extends readonly (infer Item)[]
      ? AsJson<Item>[]
      : T extends object
        ? { [Key in keyof T]: AsJson<T[Key]> }
        : T;
