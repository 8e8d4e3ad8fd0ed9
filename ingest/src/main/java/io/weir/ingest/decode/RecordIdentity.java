package io.weir.ingest.decode;

import io.weir.ingest.decode.DecodeResult.Rejected;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Where a value repeats what its record says already: both must say the same. */
final class RecordIdentity {
  private final String collection;

  RecordIdentity(String collection) {
    this.collection = collection;
  }

  /** Returns why an id is not the record's key; null where it is. */
  @Nullable Rejected checkId(String id, MemorySegment key) {
    String keyText = new String(key.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    if (id.equals(keyText)) {
      return null;
    }
    return new Rejected(
        RejectReason.ID_NOT_KEY,
        "id "
            + Excerpt.of(id)
            + " is not the record's key "
            + Excerpt.of(keyText)
            + "; the key is the vector's id");
  }

  /** Returns why a name is not that of this collection; null where it is. */
  @Nullable Rejected checkCollection(String name) {
    return name.equals(collection) ? null : otherCollection(Excerpt.of(name));
  }

  /** What a value says instead of this collection's name. */
  Rejected otherCollection(String found) {
    return new Rejected(
        RejectReason.OTHER_COLLECTION,
        "collection_name is " + found + " but this topic feeds " + collection);
  }
}
