package io.weir.ingest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The arrows between packages; think before changing one. */
class LayeringTest {
  private static final String KAFKA = "org.apache.kafka..";
  private static final String REACTOR = "reactor..";

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.weir.ingest");

  @Test
  void decodeIsPure() {
    noClasses()
        .that()
        .resideInAPackage("io.weir.ingest.decode..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            KAFKA,
            REACTOR,
            "io.micrometer..",
            "org.slf4j..",
            "io.weir.ingest",
            "io.weir.ingest.flow..",
            "io.weir.ingest.registry..",
            "java.net..",
            "java.nio.file..")
        .check(MAIN);
  }

  @Test
  void theRegistryKnowsNothingOfRecordsAndWhatSchemasSay() {
    noClasses()
        .that()
        .resideInAPackage("io.weir.ingest.registry..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            KAFKA,
            REACTOR,
            "org.apache.avro..",
            "com.google.protobuf..",
            "com.squareup..",
            "io.weir.storage..",
            "io.weir.ingest",
            "io.weir.ingest.poll..",
            "io.weir.ingest.flow..")
        .check(MAIN);
  }

  @Test
  void ofPollDecodeKnowsTheRecordOnly() {
    classes()
        .that()
        .resideInAPackage("io.weir.ingest.decode..")
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackage("io.weir.ingest.poll..")
        .orShould()
        .onlyDependOnClassesThat(
            com.tngtech.archunit.base.DescribedPredicate.describe(
                "are RawRecord, RawHeader or outside of poll",
                target ->
                    !target.getPackageName().startsWith("io.weir.ingest.poll")
                        || target.getSimpleName().equals("RawRecord")
                        || target.getSimpleName().equals("RawHeader")))
        .check(MAIN);
  }

  @Test
  void flowKnowsNeitherKafkaNorHowRowsBecomeFiles() {
    noClasses()
        .that()
        .resideInAPackage("io.weir.ingest.flow..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            KAFKA, "io.weir.storage.segment..", "io.weir.storage.checkpoint..", "io.weir.ingest")
        .check(MAIN);
  }

  @Test
  void pollKnowsNothingOfWhatBecomesOfItsBatches() {
    noClasses()
        .that()
        .resideInAPackage("io.weir.ingest.poll..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.weir.ingest.flow..",
            "io.weir.ingest.decode..",
            "io.weir.ingest",
            "io.weir.storage.segment..",
            "io.weir.storage.checkpoint..")
        .check(MAIN);
  }

  @Test
  void ingestKnowsNoHttp() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..", "reactor.netty..", "io.weir.api..", "io.weir.deploy..")
        .check(MAIN);
  }

  @Test
  void nobodyReadsTheEnvironmentOrEndsTheProcess() {
    environmentRule().check(MAIN);
  }

  @Test
  void theRulesBite() {
    JavaClasses withThisTest = new ClassFileImporter().importClasses(LayeringTest.class);

    assertThrows(AssertionError.class, () -> environmentRule().check(withThisTest));
  }

  private static ArchRule environmentRule() {
    return noClasses()
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class, String.class)
        .orShould()
        .callMethod(System.class, "exit", int.class);
  }

  /** What {@link #theRulesBite} finds. */
  static String planted() {
    return String.valueOf(System.getProperty("weir.seed"));
  }
}
