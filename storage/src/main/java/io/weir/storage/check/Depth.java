package io.weir.storage.check;

/** How closely a store is looked at; each includes those before it. */
public enum Depth {
  /** Manifests, and all headers and footers. */
  HEADERS,
  /** Every checksum: all bytes are read once. */
  CHECKSUMS,
  /** What the bytes mean: rows, keys, indexes, dead marks, and how they fit together. */
  ROWS
}
