package io.weir.storage;

import java.io.IOException;
import java.nio.file.Path;

@SuppressWarnings("DoNotCallSuggester")
final class LocalVectorStore {
  private LocalVectorStore() {}

  static VectorStore open(Path directory, StoreOptions options) throws IOException {
    throw new IOException("being built: " + directory + " " + options);
  }
}
