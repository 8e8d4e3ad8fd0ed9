package io.weir.deploy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people read about the settings is what the code does. */
class ManualTest {

  private static final Path MANUAL = Path.of("README.md");
  private static final Path EXAMPLE = Path.of("weir.example.yaml");

  @TempDir Path folder;

  @Test
  void theManualHasARowForEverySetting() throws IOException {
    List<String> rows =
        Files.readAllLines(MANUAL).stream().filter(line -> line.contains("`WEIR_")).toList();

    assertEquals(
        Settings.ALL.stream().map(ManualTest::row).toList(),
        rows.stream().filter(line -> line.startsWith("|")).toList());
  }

  private static String row(Setting<?> setting) {
    String otherwise =
        switch (setting.need()) {
          case Setting.Need.Required() -> "required";
          case Setting.Need.Default(String text) -> "`" + text + "`";
          case Setting.Need.Optionally(String text) -> text;
        };
    return String.join(
        " | ",
        "| `" + setting.key() + "`",
        "`" + EnvironmentVariables.nameOf(setting.at(0).key()) + "`",
        otherwise,
        setting.allowed() + " |");
  }

  @Test
  void theExampleCanBeStartedWith() throws Exception {
    WeirConfig config = ConfigReader.read(Optional.of(EXAMPLE), Map.of());

    assertEquals(
        List.of("docs", "images", "films"),
        config.collections().stream().map(CollectionConfig::name).toList());
  }

  @Test
  void theExampleNamesEverySetting() throws IOException {
    String example = Files.readString(EXAMPLE);

    for (Setting<?> setting : Settings.ALL) {
      String name = setting.key().substring(setting.key().lastIndexOf('.') + 1);
      assertTrue(example.contains(name + ":"), () -> setting.key() + " is not in " + EXAMPLE);
    }
  }

  @Test
  void whatTheExampleHasInCommentsAreTheDefaults() throws Exception {
    // Prose in comments has no colon behind its first word.
    String everything =
        Files.readString(EXAMPLE).replaceAll("(?m)^(\\s*)# ((?:  )?[a-z-]+:( \\S+)?)$", "$1$2");
    Path file = Files.writeString(folder.resolve("weir.yaml"), everything);

    assertTrue(everything.contains("\nhttp:\n  host: 127.0.0.1\n  port: 8080\n"), everything);
    assertEquals(
        ConfigReader.read(Optional.of(EXAMPLE), Map.of()),
        ConfigReader.read(Optional.of(file), Map.of()));
  }
}
