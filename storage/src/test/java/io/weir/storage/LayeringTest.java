package io.weir.storage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Who may know whom: the data's way, and never back. */
class LayeringTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.weir.storage");

  private static void check(ArchRule rule) {
    rule.check(CLASSES);
  }

  private static ArchRule never(String who, String... whom) {
    return noClasses()
        .that()
        .resideInAPackage("io.weir.storage." + who)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(whom);
  }

  private static String[] storage(String... packages) {
    return java.util.Arrays.stream(packages)
        .map(name -> name.isEmpty() ? "io.weir.storage" : "io.weir.storage." + name)
        .toArray(String[]::new);
  }

  @Test
  void storageKnowsNoTransport() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.apache.kafka..",
                "reactor..",
                "io.netty..",
                "tools.jackson..",
                "io.weir.ingest..",
                "io.weir.api..",
                "io.weir.deploy.."));
  }

  @Test
  void theBottomKnowsNothingAboveIt() {
    String[] above = storage("", "hot", "segment", "checkpoint", "query");
    check(never("memory", above));
    check(never("field", above));
    check(never("field", storage("record", "vector", "memory", "io", "os")));
    check(never("record", above));
    check(never("vector", above));
    check(never("os", above));
    check(never("os", storage("record", "vector", "memory", "io")));
    check(never("io", above));
    check(never("memory", storage("record", "vector", "io")));
    check(never("io", storage("record", "vector", "memory")));
    check(never("record", storage("vector", "io")));
  }

  @Test
  void hotKnowsNoFiles() {
    check(never("hot", storage("", "segment", "checkpoint", "query", "io")));
    check(never("hot", "java.nio.file"));
  }

  @Test
  void segmentKnowsOnlyFiles() {
    check(never("segment", storage("", "hot", "checkpoint", "query")));
  }

  @Test
  void checkpointKnowsNoQueries() {
    check(never("checkpoint", storage("", "query")));
  }

  @Test
  void queryKnowsNoCheckpointsAndNoFileSystem() {
    check(never("query", storage("", "checkpoint", "io")));
    check(never("query", "java.nio.file"));
  }

  /**
   * But for what the kernel shows as files and is none: {@code os} reads {@code /proc}. That must
   * not go through the door, whose files are the store's and may be in memory.
   */
  @Test
  void aCheckSharesNoCodeWithWhatItChecks() {
    String[] rest = storage("", "memory", "vector", "hot", "segment", "checkpoint", "query");
    check(never("check", rest));
    for (String who : new String[] {"io", "record", "hot", "segment", "checkpoint", "query"}) {
      check(never(who, storage("check")));
    }
  }

  @Test
  void onlyTheDoorOpensFiles() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.weir.storage.io", "io.weir.storage.os")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.nio.file.Files")
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("java.nio.channels"));
  }

  @Test
  void onlyOsCallsTheCLibrary() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.weir.storage.os")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.foreign.Linker"));
  }

  @Test
  void settingsComeFromTheCallerOnly() {
    check(
        noClasses()
            .should()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class)
            .orShould()
            .callMethod(System.class, "exit", int.class));
  }
}
