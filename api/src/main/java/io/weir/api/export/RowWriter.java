package io.weir.api.export;

import io.weir.storage.query.StoredRow;
import java.util.List;

/**
 * Makes the bytes of an export.
 *
 * <p><b>Threads:</b> one at a time.
 */
sealed interface RowWriter permits LineWriter, FrameWriter {

  /** What stands before the first row; perhaps nothing. */
  byte[] head();

  /** Some rows, at least one. */
  byte[] rows(List<StoredRow> rows);

  /** What stands behind the last row; perhaps nothing. */
  byte[] end();
}
