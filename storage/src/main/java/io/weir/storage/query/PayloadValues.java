package io.weir.storage.query;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.RowValues;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The values that payloads of adjacent rows have for the declared fields: of rows that lie where
 * there is no column of a field. Each payload is read once at most.
 *
 * <p><b>Threads:</b> one; used for one block.
 */
final class PayloadValues {
  private final ViewedRows source;
  private final DeclaredFields declared;
  private final int first;
  private final int rows;
  private @Nullable RowValues @Nullable [] values;

  PayloadValues(ViewedRows source, DeclaredFields declared, int first, int rows) {
    this.source = source;
    this.declared = declared;
    this.first = first;
    this.rows = rows;
  }

  /** Of one of the rows. */
  RowValues of(int row) throws IOException {
    if (values == null) {
      values = new RowValues[rows];
    }
    RowValues known = values[row - first];
    if (known == null) {
      known = new RowValues(declared);
      known.read(source.payload(row));
      values[row - first] = known;
    }
    return known;
  }
}
