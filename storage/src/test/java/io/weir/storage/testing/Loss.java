package io.weir.storage.testing;

import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/** Decides, change by change, what of it survives one loss of power. */
final class Loss {
  private static final int SECTOR = 512;
  private static final double[] ODDS = {0.1, 0.5, 0.9};

  private final Survivors survivors;
  private final Random random;

  /** How likely a name survives where any may, how likely bytes do. */
  private final double nameOdds;

  private final double byteOdds;

  private Loss(Survivors survivors, Random random) {
    this.survivors = survivors;
    this.random = random;
    this.nameOdds = ODDS[random.nextInt(ODDS.length)];
    this.byteOdds = ODDS[random.nextInt(ODDS.length)];
  }

  static Loss of(Survivors survivors, Random random) {
    return new Loss(survivors, random);
  }

  /** Everything survives: it was forced. */
  static Loss ofNothing(Random random) {
    return new Loss(Survivors.ALL, random);
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  /** Applies a change to the names of its directory, or not. */
  void applyName(Map<String, Inode> names, Operation.Change change) {
    boolean survives =
        switch (survivors) {
          case ALL, LENGTHS, NAMES -> true;
          case NONE, BYTES -> false;
          case SOME -> random.nextDouble() < nameOdds;
          case REMOVALS -> change instanceof Operation.Delete;
        };
    if (!survives) {
      return;
    }
    switch (change) {
      case Operation.MakeDirectory(Path path) -> names.put(name(path), Inode.DIRECTORY);
      case Operation.Create(Path path, Inode inode) -> names.put(name(path), inode);
      case Operation.Delete(Path path) -> names.remove(name(path));
      case Operation.Rename rename -> rename(names, rename);
      default -> throw new AssertionError(change);
    }
  }

  /** If the name's creation is lost, the rename moves what it meant, or what is found there. */
  private void rename(Map<String, Inode> names, Operation.Rename rename) {
    Inode found = names.remove(name(rename.path()));
    if (found == rename.inode() || random.nextBoolean()) {
      names.put(name(rename.to()), rename.inode());
    } else if (found != null) {
      names.put(name(rename.to()), found);
    }
  }

  /** Applies a change to the bytes of its file, or a part of it, or nothing. */
  void applyBytes(Inode image, Operation.Change change) {
    switch (survivors) {
      case ALL, BYTES -> applyWhole(image, change);
      case NONE, NAMES -> {}
      case LENGTHS -> applyLength(image, change);
      case SOME, REMOVALS -> {
        if (random.nextDouble() < byteOdds) {
          applySome(image, change);
        }
      }
    }
  }

  private static void applyWhole(Inode image, Operation.Change change) {
    switch (change) {
      case Operation.Write write ->
          image.write(write.position(), write.bytes(), 0, write.bytes().length);
      case Operation.Truncate truncate -> image.truncate(truncate.size());
      default -> throw new AssertionError(change);
    }
  }

  private static void applyLength(Inode image, Operation.Change change) {
    if (change instanceof Operation.Write write) {
      long end = write.position() + write.bytes().length;
      if (end > image.length()) {
        image.truncate(end);
      }
    }
  }

  private void applySome(Inode image, Operation.Change change) {
    if (!(change instanceof Operation.Write write) || random.nextInt(3) == 0) {
      applyWhole(image, change);
      return;
    }
    if (random.nextBoolean()) {
      applyLength(image, change);
    }
    int from = 0;
    while (from < write.bytes().length) {
      long at = write.position() + from;
      int length = (int) Math.min(SECTOR - at % SECTOR, write.bytes().length - from);
      if (random.nextDouble() < byteOdds) {
        image.write(at, write.bytes(), from, length);
      }
      from += length;
    }
  }
}
