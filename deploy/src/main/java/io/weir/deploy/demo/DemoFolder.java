package io.weir.deploy.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Where a demo keeps its data: {@code broker} for Kafka's, {@code weir} for the store's. One that
 * the user named is kept; a temporary one is deleted at the end.
 */
final class DemoFolder implements AutoCloseable {

  private static final String TEMPORARY_PREFIX = "weir-demo-";

  private final Path root;
  private final boolean temporary;

  private DemoFolder(Path root, boolean temporary) {
    this.root = root;
    this.temporary = temporary;
  }

  /** Makes the folder; a temporary one where none is given. */
  static DemoFolder open(@Nullable Path given) throws IOException {
    return given == null
        ? new DemoFolder(Files.createTempDirectory(TEMPORARY_PREFIX), true)
        : new DemoFolder(Files.createDirectories(given.toAbsolutePath().normalize()), false);
  }

  Path root() {
    return root;
  }

  Path broker() {
    return root.resolve("broker");
  }

  Path weir() {
    return root.resolve("weir");
  }

  boolean isTemporary() {
    return temporary;
  }

  @Override
  public void close() throws IOException {
    if (temporary) {
      Files.walkFileTree(root, new Deleter());
    }
  }

  private static final class Deleter extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
