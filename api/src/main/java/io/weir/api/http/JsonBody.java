package io.weir.api.http;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes JSON documents into memory, up to a limit. */
public final class JsonBody {

  /** The largest answer, in bytes. */
  public static final int MAX_BYTES = 64 << 20;

  private static final int INITIAL_BYTES = 1 << 10;
  private static final JsonFactory FACTORY = JsonFactory.builder().rootValueSeparator("\n").build();

  private JsonBody() {}

  /** What a document holds. */
  @FunctionalInterface
  public interface Content {

    /** Writes one JSON value. */
    void writeTo(JsonGenerator json);
  }

  /**
   * Returns the document's bytes.
   *
   * @throws ProblemException if they are more than {@link #MAX_BYTES}
   */
  public static byte[] of(Content content) {
    return written(content).written.toByteArray();
  }

  /**
   * Returns the bytes of some documents, one a line, each with its end of line. They must not have
   * one themselves.
   *
   * @param content writes one value after the other, at least one
   * @throws ProblemException if they are larger than {@link #MAX_BYTES}
   */
  public static byte[] lines(Content content) {
    Bounded bytes = written(content);
    bytes.write('\n');
    return bytes.written.toByteArray();
  }

  /** The problem of a document that is larger than {@link #MAX_BYTES}. */
  public static ProblemException tooLarge() {
    return Problem.of(
            ProblemType.ANSWER_TOO_LARGE,
            "the answer is larger than "
                + MAX_BYTES
                + " bytes; ask for fewer hits, or leave vectors or payloads out")
        .toException();
  }

  private static Bounded written(Content content) {
    Bounded bytes = new Bounded();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      content.writeTo(json);
    }
    return bytes;
  }

  private static final class Bounded extends OutputStream {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream(INITIAL_BYTES);

    @Override
    public void write(int b) {
      checkRoom(1);
      written.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      checkRoom(length);
      written.write(bytes, offset, length);
    }

    private void checkRoom(int more) {
      if (more > MAX_BYTES - written.size()) {
        throw tooLarge();
      }
    }
  }
}
