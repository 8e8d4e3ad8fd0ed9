package io.weir.deploy.produce;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file, from the first to the last. Memory does not grow with the file.
 *
 * <p><b>Errors:</b> a message says what is wrong, not in which file or row: the caller knows.
 *
 * <p><b>Threads:</b> one.
 */
interface RowFile extends Closeable {

  /** How many rows there are; about, where the format does not tell. */
  long rows() throws IOException;

  /**
   * Passes over rows without looking into them.
   *
   * @return how many were passed over, less than asked for only where the file ends
   */
  long skip(long rows) throws IOException;

  /** Returns the next row, or null behind the last one. */
  @Nullable Row next() throws IOException;
}
