package io.weir.storage.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What is surely on a disk, and what may be: replays the changes of a {@link MemoryFiles} and says
 * what a computer finds whose power goes after any of them.
 *
 * <p>A forced file has its bytes; a forced directory has its names. Of what came later anything may
 * have reached the disk, whatever came before it: single sectors of a write, a length without its
 * bytes, a rename without the creation before it. After a failed force, sectors of what it should
 * have written are lost for good, and a later force does not miss them.
 */
public final class Disk {
  private final Map<Inode, File> files = new LinkedHashMap<>();
  private final Map<Path, Directory> directories = new LinkedHashMap<>();

  /** An empty disk. */
  public Disk() {}

  /** A file: the bytes that are surely there, and the changes since. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record File(byte[] bytes, List<Operation.Change> pending) {
    static final File EMPTY = new File(new byte[0], List.of());
  }

  /** A directory: the names that are surely there, and the changes since. */
  private record Directory(Map<String, Inode> names, List<Operation.Change> pending) {
    static final Directory EMPTY = new Directory(Map.of(), List.of());
  }

  /** A disk on which everything in a file system is durable. */
  public static Disk of(MemoryFiles found) {
    Disk disk = new Disk();
    found
        .names()
        .forEach((directory, names) -> {
          disk.directories.put(directory, new Directory(names, List.of()));
          names.values().stream()
              .filter(inode -> inode != Inode.DIRECTORY)
              .forEach(inode -> disk.files.put(inode, new File(inode.share(), List.of())));
        });
    return disk;
  }

  /** A disk as this one is now, which goes its own way. */
  public Disk copy() {
    Disk copy = new Disk();
    copy.files.putAll(files);
    copy.directories.putAll(directories);
    return copy;
  }

  /** Applies changes. */
  public Disk apply(List<Operation.Change> changes, Random random) {
    changes.forEach(change -> apply(change, random));
    return this;
  }

  /**
   * Applies a change.
   *
   * @param random decides what a failed force has lost
   */
  public void apply(Operation.Change change, Random random) {
    switch (change) {
      case Operation.MakeDirectory(Path path) -> {
        // A new one, and empty, whatever had its name before.
        directories.remove(path);
        rename(path, change);
      }
      case Operation.Create(Path path, Inode _) -> rename(path, change);
      case Operation.Rename(Path path, Path _, Inode _) -> rename(path, change);
      case Operation.Delete(Path path) -> rename(path, change);
      case Operation.Write(_, Inode inode, _, _) -> modify(inode, change);
      case Operation.Truncate(_, Inode inode, _) -> modify(inode, change);
      case Operation.ForceDirectory(Path path) -> {
        Directory now = directories.getOrDefault(path, Directory.EMPTY);
        Map<String, Inode> names = new TreeMap<>(now.names());
        now.pending().forEach(pending -> Loss.ofNothing(random).applyName(names, pending));
        directories.put(path, new Directory(names, List.of()));
      }
      case Operation.Force(_, Inode inode, boolean failed) -> {
        Loss loss = failed ? Loss.of(Survivors.SOME, random) : Loss.ofNothing(random);
        files.put(inode, new File(survivingBytes(inode, loss), List.of()));
      }
      case Operation.Acknowledge _ -> {}
    }
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }

  private void rename(Path path, Operation.Change change) {
    directories.merge(
        parent(path),
        new Directory(Map.of(), List.of(change)),
        (now, _) -> new Directory(now.names(), plus(now.pending(), change)));
  }

  private void modify(Inode inode, Operation.Change change) {
    File now = files.getOrDefault(inode, File.EMPTY);
    files.put(inode, new File(now.bytes(), plus(now.pending(), change)));
  }

  private static List<Operation.Change> plus(List<Operation.Change> pending, Operation.Change one) {
    List<Operation.Change> more = new ArrayList<>(pending);
    more.add(one);
    return more;
  }

  private byte[] survivingBytes(Inode inode, Loss loss) {
    File file = files.getOrDefault(inode, File.EMPTY);
    if (file.pending().isEmpty()) {
      return file.bytes();
    }
    Inode image = new Inode(file.bytes());
    file.pending().forEach(change -> loss.applyBytes(image, change));
    return image.share();
  }

  /** Returns what is found when the power has gone now and is back. */
  public MemoryFiles afterPowerLoss(Survivors survivors, Random random) {
    Loss loss = Loss.of(survivors, random);
    Map<Path, Map<String, Inode>> found = new LinkedHashMap<>();
    Map<Path, Map<String, Inode>> surviving = new LinkedHashMap<>();
    directories.forEach((path, directory) -> {
      Map<String, Inode> names = new TreeMap<>(directory.names());
      directory.pending().forEach(change -> loss.applyName(names, change));
      surviving.put(path, names);
    });
    surviving.forEach((path, names) -> {
      if (isReachable(path, surviving)) {
        Map<String, Inode> there = new TreeMap<>();
        names.forEach((name, inode) ->
            there.put(
                name, inode == Inode.DIRECTORY ? inode : new Inode(survivingBytes(inode, loss))));
        found.put(path, there);
      }
    });
    return new MemoryFiles(found);
  }

  /** Whether all directories above one, up to the root, can be found by name. */
  private static boolean isReachable(Path directory, Map<Path, Map<String, Inode>> surviving) {
    for (Path at = directory; at.getParent() != null; at = at.getParent()) {
      Map<String, Inode> names = surviving.get(at.getParent());
      if (names == null || names.get(String.valueOf(at.getFileName())) != Inode.DIRECTORY) {
        return false;
      }
    }
    return true;
  }
}
