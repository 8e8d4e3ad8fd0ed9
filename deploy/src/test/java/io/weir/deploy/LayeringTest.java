package io.weir.deploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may know whom in deploy; README.md says why. */
class LayeringTest {

  private static final String ROOT = "io.weir.deploy";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  /** The client of the API is for everybody. */
  private static final DescribedPredicate<JavaClass> SERVER =
      JavaClass.Predicates.resideInAPackage("io.weir.api..")
          .and(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("io.weir.api.client")))
          .as("the server");

  private static DescribedPredicate<JavaClass> serverOr(String... packages) {
    return SERVER.or(JavaClass.Predicates.resideInAnyPackage(packages));
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheRootPutsThingsTogether() {
    noClasses()
        .that()
        .resideInAnyPackage(
            ROOT + ".config..", ROOT + ".demo..", ROOT + ".broker..", ROOT + ".key..")
        .should()
        .dependOnClassesThat(
            serverOr(ROOT)
                // What a key is, settings and server have to see alike.
                .and(
                    DescribedPredicate.not(
                        JavaClass.Predicates.resideInAPackage("io.weir.api.access"))))
        .check(CLASSES);
  }

  @Test
  void theDemoKnowsNeitherSettingsNorIngest() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + ".demo..", ROOT + ".broker..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".config..", "io.weir.ingest..")
        .check(CLASSES);
  }

  @Test
  void aCheckStartsNothing() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".check..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT, ROOT + ".demo..", ROOT + ".broker..", "io.weir.ingest..", "io.weir.api..")
        .check(CLASSES);
  }

  @Test
  void whatSendsVectorsKnowsNeitherStoreNorServer() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".produce..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT,
            ROOT + ".demo..",
            ROOT + ".check..",
            "io.weir.storage",
            "io.weir.ingest.poll..",
            "io.weir.ingest.decode..",
            "io.weir.api..")
        .check(CLASSES);
  }

  /** Else it would believe what it has to prove. */
  @Test
  void anAuditKnowsTheStoreByHttpOnly() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".audit..")
        .should()
        .dependOnClassesThat(
            serverOr(
                ROOT,
                ROOT + ".demo..",
                ROOT + ".check..",
                ROOT + ".broker..",
                "io.weir.storage",
                "io.weir.storage.hot..",
                "io.weir.storage.segment..",
                "io.weir.storage.query..",
                "io.weir.ingest.flow.."))
        .check(CLASSES);
  }

  @Test
  void theTerminalKnowsNothingOfOurs() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".terminal..")
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAPackage("io.weir..")
                .and(
                    DescribedPredicate.not(
                        JavaClass.Predicates.resideInAPackage(ROOT + ".terminal.."))))
        .check(CLASSES);
  }

  @Test
  void theBrokerIsKafkaAndNothingOfOurs() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".broker..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + ".demo..", "io.weir.storage..", "io.weir.ingest..", "io.weir.api..")
        .check(CLASSES);
  }

  @Test
  void settingsAreReadWithoutStartingAnything() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".config..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".demo..", ROOT + ".broker..", "picocli..")
        .check(CLASSES);
  }

  @Test
  void onlyMainAsksTheSystemForItsEnvironmentAndEndsTheProcess() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(Main.class.getName())
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .check(CLASSES);
  }
}
