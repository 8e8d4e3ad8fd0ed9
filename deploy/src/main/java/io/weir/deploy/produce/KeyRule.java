package io.weir.deploy.produce;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which key a row of a file gets: the row's own, or a number behind a prefix. Either all rows of a
 * file have keys of their own or none.
 *
 * <p><b>Threads:</b> one.
 */
final class KeyRule {

  private final Optional<String> prefix;
  private final Path file;
  private final Set<String> stems;
  private @Nullable Boolean owned;

  /**
   * Makes keys for one file.
   *
   * @param prefix goes before the number of a row among those of all files; empty: rows have keys
   *     of their own, or the file's name goes before the row's number in it
   * @param stems names of files that keys were made from, shared by the rules of a run
   */
  KeyRule(Optional<String> prefix, Path file, Set<String> stems) {
    this.prefix = prefix;
    this.file = file;
    this.stems = stems;
  }

  /** Two files of one name would make the same keys for different rows. */
  static void claim(Path file, Set<String> stems) throws ProduceException {
    if (!stems.add(RowFiles.stem(file))) {
      throw new ProduceException(
          "another file is named "
              + RowFiles.stem(file)
              + " too, so that the keys of "
              + file
              + " would be the same; give a --key-prefix");
    }
  }

  /**
   * Returns the key in UTF-8.
   *
   * @param inFile number of the row in its file, from 0
   * @param inAll number of the row among those of all files, from 0
   */
  byte[] key(Row row, long inFile, long inAll) throws ProduceException {
    return text(row.key(), inFile, inAll).getBytes(StandardCharsets.UTF_8);
  }

  private String text(@Nullable String own, long inFile, long inAll) throws ProduceException {
    if (prefix.isPresent()) {
      return prefix.get() + inAll;
    }
    boolean has = own != null;
    Boolean before = owned;
    if (before != null && before != has) {
      throw new ProduceException(
          has
              ? "it has a key, but the rows before have none; --key-prefix numbers them all"
              : "it has no key, but the rows before have; --key-prefix numbers them all");
    }
    if (before == null && !has && RowFiles.mayHaveKeys(file)) {
      claim(file, stems);
    }
    owned = has;
    return own != null ? own : RowFiles.stem(file) + "-" + inFile;
  }
}
