package io.weir.ingest.decode;

import java.util.UUID;

/** How a value names its schema in a registry. */
public sealed interface SchemaId {

  /** The number of a schema in its registry. */
  record OfRegistry(int id) implements SchemaId {
    @Override
    public String toString() {
      return "id " + id;
    }
  }

  /** The identifier of a schema in any registry. */
  record Guid(UUID guid) implements SchemaId {
    @Override
    public String toString() {
      return "guid " + guid;
    }
  }
}
