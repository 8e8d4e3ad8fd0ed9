package io.weir.deploy.produce;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Opens files by what their names end in. */
final class RowFiles {

  static final String KNOWN = ".npy, .fvecs, .bvecs, .ivecs, .jsonl, .ndjson and .parquet";

  private RowFiles() {}

  /** Says why a file cannot be opened, if that shows from outside. */
  static Optional<String> problem(Path file) {
    if (!isKnown(file)) {
      return Optional.of(file + " has no ending that is known; known are " + KNOWN);
    }
    if (!Files.isRegularFile(file)) {
      return Optional.of(file + (Files.exists(file) ? " is no file" : " does not exist"));
    }
    return Files.isReadable(file) ? Optional.empty() : Optional.of(file + " cannot be read");
  }

  private static boolean isKnown(Path file) {
    return switch (ending(file)) {
      case "npy", "fvecs", "bvecs", "ivecs", "jsonl", "ndjson", "parquet" -> true;
      default -> false;
    };
  }

  static RowFile open(Path file, RowColumns columns) throws IOException {
    return switch (ending(file)) {
      case "npy" -> NpyFile.open(file);
      case "fvecs" -> VecsFile.open(file, FloatType.FLOAT32);
      case "bvecs" -> VecsFile.open(file, FloatType.UINT8);
      case "ivecs" -> VecsFile.open(file, FloatType.INT32);
      case "jsonl", "ndjson" -> JsonLinesFile.open(file, columns);
      case "parquet" -> ParquetFile.open(file, columns);
      default -> throw new IllegalArgumentException(String.valueOf(problem(file)));
    };
  }

  private static String ending(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** Whether rows of such a file have columns or fields with names, which may be keys. */
  static boolean mayHaveKeys(Path file) {
    return switch (ending(file)) {
      case "jsonl", "ndjson", "parquet" -> true;
      default -> false;
    };
  }

  /** The name without its ending. */
  static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
  }
}
