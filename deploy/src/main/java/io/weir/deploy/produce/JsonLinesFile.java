package io.weir.deploy.produce;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One JSON object a line; blank lines are passed over. {@link JsonRow} reads the objects. */
final class JsonLinesFile implements RowFile {

  /** The longest line: more than any record that Kafka is likely to take. */
  private static final int MAX_LINE_BYTES = 64 << 20;

  private static final int BUFFER_BYTES = 1 << 20;
  private static final int FIRST_LINE_BYTES = 1 << 14;

  private final InputStream input;
  private final long fileBytes;
  private final JsonRow row;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(FIRST_LINE_BYTES);
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int limit;
  private long bytesRead;
  private long lines;
  private long rows;

  private JsonLinesFile(InputStream input, long fileBytes, RowColumns columns) {
    this.input = input;
    this.fileBytes = fileBytes;
    this.row = new JsonRow(columns);
  }

  static JsonLinesFile open(Path file, RowColumns columns) throws IOException {
    long bytes = Files.size(file);
    return new JsonLinesFile(new BufferedInputStream(Files.newInputStream(file)), bytes, columns);
  }

  /** Estimated from the lines so far; before the first one it is one, if the file has any. */
  @Override
  public long rows() {
    return bytesRead == 0
        ? Math.min(1, fileBytes)
        : Math.round(rows * ((double) fileBytes / bytesRead));
  }

  @Override
  public long skip(long wanted) throws IOException {
    long skipped = 0;
    while (skipped < wanted && readLine()) {
      skipped++;
    }
    return skipped;
  }

  @Override
  public @Nullable Row next() throws IOException {
    if (!readLine()) {
      return null;
    }
    try {
      return row.read(line.toByteArray());
    } catch (ProduceException e) {
      throw new ProduceException("(line " + lines + ") " + e.getMessage(), e);
    }
  }

  /** Puts the next line that is not blank into the buffer; returns false at the end of the file. */
  private boolean readLine() throws IOException {
    boolean more;
    do {
      line.reset();
      more = readAnyLine();
    } while (more && isBlank());
    if (more) {
      rows++;
    }
    return more;
  }

  private boolean readAnyLine() throws IOException {
    while (true) {
      if (at == limit) {
        limit = Math.max(0, input.read(buffer));
        at = 0;
        if (limit == 0) {
          lines++;
          return line.size() > 0;
        }
      }
      int from = at;
      while (at < limit && buffer[at] != '\n') {
        at++;
      }
      line.write(buffer, from, at - from);
      bytesRead += at - from;
      if (line.size() > MAX_LINE_BYTES) {
        throw new ProduceException(
            "line " + (lines + 1) + " has more than " + MAX_LINE_BYTES + " bytes");
      }
      if (at < limit) {
        at++;
        bytesRead++;
        lines++;
        return true;
      }
    }
  }

  private boolean isBlank() {
    return line.size() == 0 || line.toString(StandardCharsets.UTF_8).isBlank();
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
