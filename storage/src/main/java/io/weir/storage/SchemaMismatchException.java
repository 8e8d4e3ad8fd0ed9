package io.weir.storage;

import io.weir.storage.record.VectorSchema;

/** A collection was declared with a schema that its rows on the disk do not have. */
public final class SchemaMismatchException extends IllegalArgumentException {

  /** Names both schemas. */
  public SchemaMismatchException(String collection, VectorSchema stored, VectorSchema declared) {
    super(
        "collection "
            + collection
            + " holds vectors of "
            + stored
            + " but was declared with "
            + declared
            + "; declare it as it is stored, or use another name");
  }
}
