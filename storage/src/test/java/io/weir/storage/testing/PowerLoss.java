package io.weir.storage.testing;

import io.weir.storage.testing.MemoryFiles.Inode;
import io.weir.storage.testing.MemoryFiles.Operation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What a disk may hold when the power goes after some of the operations of a {@link MemoryFiles}.
 *
 * <p>A forced file has its bytes; a forced directory has its names. Of what came later, anything
 * may have reached the disk, in any order, in units of 512 bytes; or only the length did, and zeros
 * lie there. After a failed force, half of what was not written yet is lost for good.
 */
public final class PowerLoss {
  private static final int SECTOR = 512;

  private final Random random;
  private final Survivors survivors;
  private final IdentityHashMap<Inode, Image> files = new IdentityHashMap<>();
  private final Map<Path, Names> directories = new HashMap<>();

  /** What becomes of operations that nothing has forced. */
  public enum Survivors {
    /** None reached the disk. */
    NONE,
    /** All did. */
    ALL,
    /** Some did. */
    SOME,
    /** New lengths did, but zeros lie there; names did. */
    LENGTHS
  }

  private PowerLoss(Random random, Survivors survivors) {
    this.random = random;
    this.survivors = survivors;
  }

  /** A file: what is surely there, and the operations since. */
  private static final class Image {
    private final Inode durable = new Inode();
    private final List<Operation> pending = new ArrayList<>();
  }

  /** A directory: the names that are surely there, and the operations since. */
  private static final class Names {
    private final Map<Path, Object> durable = new HashMap<>();
    private final List<Runnable> pending = new ArrayList<>();
  }

  /** Returns the file system that is found when the power is back. */
  public static MemoryFiles after(List<Operation> operations, Survivors survivors, Random random) {
    PowerLoss loss = new PowerLoss(random, survivors);
    operations.forEach(loss::apply);
    return loss.restart();
  }

  private Names parent(Path path) {
    Path parent = path.getParent();
    return directories.computeIfAbsent(parent == null ? path : parent, _ -> new Names());
  }

  private Image image(Inode inode) {
    return files.computeIfAbsent(inode, _ -> new Image());
  }

  private void apply(Operation operation) {
    Names names = parent(operation.path());
    switch (operation) {
      case Operation.MakeDirectory(Path path) ->
          names.pending.add(() -> names.durable.put(path, path));
      case Operation.Create(Path path, Inode inode) ->
          names.pending.add(() -> names.durable.put(path, inode));
      case Operation.Rename(Path path, Path to) ->
          names.pending.add(() -> {
            Object moved = names.durable.remove(path);
            if (moved != null) {
              names.durable.put(to, moved);
            }
          });
      case Operation.Delete(Path path) -> names.pending.add(() -> names.durable.remove(path));
      case Operation.ForceDirectory(Path path) -> {
        Names forced = directories.computeIfAbsent(path, _ -> new Names());
        forced.pending.forEach(Runnable::run);
        forced.pending.clear();
      }
      case Operation.Write write -> image(write.inode()).pending.add(write);
      case Operation.Truncate truncate -> image(truncate.inode()).pending.add(truncate);
      case Operation.Force(Path _, Inode inode, boolean failed) -> {
        Image image = image(inode);
        for (Operation pending : image.pending) {
          if (!failed || random.nextBoolean()) {
            persist(image, pending, true);
          }
        }
        image.pending.clear();
      }
    }
  }

  private void persist(Image image, Operation operation, boolean whole) {
    switch (operation) {
      case Operation.Write write -> {
        for (int from = 0; from < write.bytes().length; from += SECTOR) {
          int to = Math.min(from + SECTOR, write.bytes().length);
          if (whole || random.nextBoolean()) {
            image.durable.write(
                write.position() + from, Arrays.copyOfRange(write.bytes(), from, to));
          }
        }
      }
      case Operation.Truncate truncate -> image.durable.truncate(truncate.size());
      default -> throw new AssertionError(operation);
    }
  }

  private MemoryFiles restart() {
    for (Image image : files.values()) {
      for (Operation pending : image.pending) {
        switch (survivors) {
          case NONE -> {}
          case ALL -> persist(image, pending, true);
          case SOME -> {
            if (random.nextBoolean()) {
              persist(image, pending, random.nextBoolean());
            }
          }
          case LENGTHS -> extend(image, pending);
        }
      }
    }
    for (Names names : directories.values()) {
      for (Runnable pending : names.pending) {
        if (survivors == Survivors.ALL
            || survivors == Survivors.LENGTHS
            || (survivors == Survivors.SOME && random.nextBoolean())) {
          pending.run();
        }
      }
    }
    MemoryFiles restarted = new MemoryFiles();
    for (Path top : directories.keySet()) {
      if (top.getParent() == null || !isListed(top)) {
        continue;
      }
      restore(restarted, top);
    }
    return restarted;
  }

  /** Whether a directory and all above it can be reached by name. */
  private boolean isListed(Path directory) {
    for (Path at = directory; at.getParent() != null; at = at.getParent()) {
      Names names = directories.get(at.getParent());
      if (names == null || !names.durable.containsKey(at)) {
        return false;
      }
    }
    return true;
  }

  private void restore(MemoryFiles restarted, Path directory) {
    restarted.restoreDirectory(directory);
    Names names = directories.getOrDefault(directory, new Names());
    names.durable.forEach((path, found) -> {
      if (found instanceof Inode inode) {
        restarted.restore(path, image(inode).durable.copy());
      } else {
        restarted.restoreDirectory(path);
      }
    });
  }

  private static void extend(Image image, Operation operation) {
    if (operation instanceof Operation.Write write) {
      long end = write.position() + write.bytes().length;
      if (end > image.durable.length()) {
        image.durable.truncate(end);
      }
    }
  }
}
