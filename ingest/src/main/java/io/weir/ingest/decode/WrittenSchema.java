package io.weir.ingest.decode;

import java.util.List;

/**
 * A schema as text, with all that it refers to.
 *
 * @param type what it is a schema of, as registries name it: {@code AVRO}, {@code PROTOBUF}, ...
 * @param text the schema
 * @param references the schemas that it refers to, directly or not; each stands behind those that
 *     it refers to itself
 */
public record WrittenSchema(String type, String text, List<Reference> references) {
  /** Avro. */
  public static final String AVRO = "AVRO";

  /** Protobuf. */
  public static final String PROTOBUF = "PROTOBUF";

  /** Copies the list. */
  public WrittenSchema {
    references = List.copyOf(references);
  }

  /**
   * A schema that another one refers to.
   *
   * @param name the name that it is referred to by: of Protobuf the path that is imported
   * @param text the schema
   */
  public record Reference(String name, String text) {}
}
