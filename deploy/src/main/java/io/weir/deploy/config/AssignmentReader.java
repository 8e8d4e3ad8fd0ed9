package io.weir.deploy.config;

import io.weir.ingest.Assignment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads which partitions a process is to read, and checks that only what that needs is given. */
final class AssignmentReader {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
  private static final int MAX_PARTITIONS = 100_000;

  private final SettingReader reader;

  AssignmentReader(SettingReader reader) {
    this.reader = reader;
  }

  /** Who decides. */
  enum Mode {
    ALL,
    LIST,
    GROUP
  }

  /** Returns the assignment; nothing where that is wrong, which is noted. */
  Optional<Assignment> read() {
    Optional<Mode> mode = reader.value(Settings.ASSIGNMENT_MODE);
    Optional<Assignment.Protocol> protocol = reader.value(Settings.ASSIGNMENT_PROTOCOL);
    if (mode.isEmpty() || protocol.isEmpty()) {
      return Optional.empty();
    }
    if (mode.get() != Mode.GROUP) {
      refuseWithout(
          Mode.GROUP,
          List.of(
              Settings.ASSIGNMENT_GROUP_ID,
              Settings.ASSIGNMENT_PROTOCOL,
              Settings.ASSIGNMENT_INSTANCE_ID));
    }
    if (mode.get() != Mode.LIST) {
      for (int index : reader.settings().indices(Settings.COLLECTIONS)) {
        refuseWithout(Mode.LIST, List.of(Settings.COLLECTION_PARTITIONS.at(index)));
      }
    }
    return switch (mode.get()) {
      case ALL -> Optional.of(new Assignment.All());
      case LIST -> Optional.of(new Assignment.Listed(listed()));
      case GROUP -> group(protocol.get());
    };
  }

  private Optional<Assignment> group(Assignment.Protocol protocol) {
    String offsets = Settings.OFFSETS_GROUP_ID.key();
    reader
        .settings()
        .text(offsets)
        .ifPresent(given ->
            reader.noteBad(
                offsets,
                given,
                "; allowed: none with assignment.mode group, whose group gets the offsets"));
    Optional<String> id = reader.value(Settings.ASSIGNMENT_GROUP_ID);
    if (id.isEmpty() && reader.settings().text(Settings.ASSIGNMENT_GROUP_ID.key()).isEmpty()) {
      reader.noteMissing(
          Settings.ASSIGNMENT_GROUP_ID.key(),
          reader.wayToSet(),
          Settings.ASSIGNMENT_GROUP_ID.allowed());
    }
    Optional<String> instance = reader.value(Settings.ASSIGNMENT_INSTANCE_ID);
    return id.map(group -> new Assignment.Group(group, protocol, instance));
  }

  private Map<String, Set<Integer>> listed() {
    Map<String, Set<Integer>> partitions = new HashMap<>();
    for (int index : reader.settings().indices(Settings.COLLECTIONS)) {
      String regex = Settings.COLLECTION_TOPICS_REGEX.at(index).key();
      reader
          .settings()
          .text(regex)
          .ifPresent(given ->
              reader.noteBad(
                  regex,
                  given,
                  "; allowed: none with assignment.mode list, which names partitions"));
      Setting<Set<Integer>> setting = Settings.COLLECTION_PARTITIONS.at(index);
      Optional<Set<Integer>> listed = reader.value(setting);
      if (reader.settings().text(setting.key()).isEmpty()) {
        reader.noteMissing(setting.key(), reader.wayToSet(), setting.allowed());
      }
      reader
          .settings()
          .text(Settings.COLLECTION_NAME.at(index).key())
          .ifPresent(name -> listed.ifPresent(numbers -> partitions.put(name.text(), numbers)));
    }
    return partitions;
  }

  private void refuseWithout(Mode needed, List<Setting<?>> settings) {
    for (Setting<?> setting : settings) {
      reader
          .settings()
          .text(setting.key())
          .ifPresent(given ->
              reader.noteBad(
                  setting.key(),
                  given,
                  "; allowed: only with "
                      + Settings.ASSIGNMENT_MODE.key()
                      + " "
                      + ConstantName.of(needed)));
    }
  }

  /** Numbers and ranges, as {@code 0-3,7}. */
  static Optional<Set<Integer>> partitions(String text) {
    Set<Integer> numbers = new TreeSet<>();
    for (String part : text.split(",", -1)) {
      Matcher range = RANGE.matcher(part.strip());
      if (!range.matches()) {
        return Optional.empty();
      }
      int first = Integer.parseInt(Objects.requireNonNull(range.group(1), "it matches"));
      String end = range.group(2);
      int last = end == null ? first : Integer.parseInt(end);
      if (last < first || last >= MAX_PARTITIONS) {
        return Optional.empty();
      }
      for (int number = first; number <= last; number++) {
        numbers.add(number);
      }
    }
    return Optional.of(numbers);
  }
}
