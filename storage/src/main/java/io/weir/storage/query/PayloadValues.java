package io.weir.storage.query;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.RowValues;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The values that the payload of a row has for the declared fields: of rows that lie where there is
 * no column of a field. Those of one row are held at a time, for they may take some times the bytes
 * of its payload: whoever needs them more than once asks again before another row.
 *
 * <p><b>Threads:</b> one.
 */
final class PayloadValues {
  private static final int NONE = -1;

  private final ViewedRows source;
  private final DeclaredFields declared;
  private @Nullable RowValues values;

  /** The row whose values are held. */
  private int held = NONE;

  private long bytesRead;

  PayloadValues(ViewedRows source, DeclaredFields declared) {
    this.source = source;
    this.declared = declared;
  }

  /** Of a row, until those of another are asked for; its payload is read if it is another. */
  RowValues of(int row) throws IOException {
    RowValues known = values;
    if (known == null) {
      known = new RowValues(declared);
      values = known;
    }
    if (row != held) {
      held = NONE;
      MemorySegment payload = source.payload(row);
      known.read(payload);
      bytesRead += payload.byteSize();
      held = row;
    }
    return known;
  }

  /** Bytes of the payloads that have been read. */
  long bytesRead() {
    return bytesRead;
  }
}
