package io.weir.ingest;

import io.weir.ingest.decode.RecordDecoder;
import io.weir.ingest.decode.SchemaSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Makes the decoders of a feed, one for each shard; its schema file is read once.
 *
 * <p><b>Threads:</b> any.
 */
public final class FeedDecoders {
  private static final long MAX_SCHEMA_BYTES = 8L << 20;

  private final CollectionFeed feed;
  private final Optional<SchemaSource> schemas;

  /**
   * Reads the schema file, if there is one, and tries it.
   *
   * @param registry where schemas are that no file gives
   * @throws IllegalArgumentException if the file cannot be read or its schema cannot be used
   */
  public FeedDecoders(CollectionFeed feed, Optional<? extends SchemaSource> registry) {
    this.feed = feed;
    this.schemas = feed.schemaFile().map(this::read).or(() -> registry);
    try {
      var _ = next();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "collection " + feed.collection() + ": schema file " + e.getMessage(), e);
    }
  }

  /** Returns another decoder. */
  public RecordDecoder next() {
    RecordDecoder decoder =
        switch (feed.format()) {
          case JSON -> RecordDecoder.json(feed.collection());
          case FLOAT32 -> RecordDecoder.float32();
          case AVRO ->
              RecordDecoder.avro(feed.collection(), feed.vectorField(), schemas.orElseThrow());
          case PROTOBUF ->
              RecordDecoder.protobuf(feed.collection(), feed.vectorField(), schemas.orElseThrow());
        };
    return decoder.withKeys(feed.key());
  }

  private SchemaSource read(Path file) {
    try {
      if (Files.size(file) > MAX_SCHEMA_BYTES) {
        throw new IllegalArgumentException(
            "collection "
                + feed.collection()
                + ": schema file "
                + file
                + " has more than "
                + MAX_SCHEMA_BYTES
                + " bytes");
      }
      return new SchemaSource.OfFile(file.toString(), Files.readAllBytes(file), feed.message());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "collection " + feed.collection() + ": schema file " + file + " cannot be read: " + e, e);
    }
  }
}
