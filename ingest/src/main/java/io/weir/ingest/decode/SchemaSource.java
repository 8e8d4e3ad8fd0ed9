package io.weir.ingest.decode;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Where the schemas of Avro and Protobuf values come from. */
public sealed interface SchemaSource {

  /**
   * A file with the one schema of all values.
   *
   * <p>A class and not a record because arrays have no value equality.
   */
  final class OfFile implements SchemaSource {
    private final String name;
    private final byte[] content;
    private final Optional<String> message;

    /**
     * Shares the array.
     *
     * @param name the file's name, for messages; with {@code .proto} at its end it is Protobuf text
     * @param message full name of the Protobuf message; empty: the only one of the file
     */
    public OfFile(String name, byte[] content, Optional<String> message) {
      this.name = name;
      this.content = content;
      this.message = message;
    }

    String name() {
      return name;
    }

    byte[] content() {
      return content;
    }

    Optional<String> message() {
      return message;
    }
  }

  /**
   * A registry; each value names its schema.
   *
   * <p><b>Threads:</b> any.
   */
  non-sealed interface Registry extends SchemaSource {
    /** Looks a schema up; never blocks. */
    Answer find(SchemaId id);
  }

  /** What a registry says. */
  sealed interface Answer {
    /** The schema. */
    record Known(WrittenSchema schema) implements Answer {}

    /** It has none under this name. */
    record Unknown(String detail) implements Answer {}

    /** Nothing yet: as {@link DecodeResult.Waiting}. */
    record Unanswered(CompletionStage<?> again, String error) implements Answer {}
  }
}
