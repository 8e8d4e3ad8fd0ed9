package io.weir.deploy.demo;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the public API of the JDK that runs this process from its run-time image ({@code jrt:}):
 * every public and protected method of every public or protected class (nested ones too, if all
 * around them are) in every package that a {@code java.*} module exports to everybody.
 *
 * <p>Methods that the compiler made (bridges, synthetic ones) and constructors are left out; so are
 * methods that a class only inherits.
 *
 * <p><b>Keys</b> are {@code package.Class.Nested#method(types)}, the types as the source has them
 * but as simple names without type arguments: {@code K} where a type variable stands, {@code
 * String...} for variable arguments. Where methods of one class would share a key (two types of the
 * same simple name, two variables of the same name), all of them get erased types with packages and
 * the return type instead, {@code method(java.util.List,int):java.lang.Object}, which the virtual
 * machine keeps unique.
 *
 * <p>The order is that of the modules' names, then packages, classes and keys: always the same on
 * the same JDK.
 */
final class JdkApi {

  private static final String CLASS_FILES = "*.class";

  private JdkApi() {}

  /**
   * Reads all methods; takes a second or two and some tens of megabytes of heap.
   *
   * @throws IOException if the image cannot be read
   */
  static List<JdkMethod> methods() throws IOException {
    FileSystem image = FileSystems.getFileSystem(URI.create("jrt:/"));
    List<ModuleDescriptor> modules =
        ModuleFinder.ofSystem().findAll().stream()
            .map(ModuleReference::descriptor)
            .filter(module -> module.name().startsWith("java."))
            .sorted(Comparator.comparing(ModuleDescriptor::name))
            .toList();
    List<JdkMethod> methods = new ArrayList<>();
    for (ModuleDescriptor module : modules) {
      for (String packageName : exportedToAll(module)) {
        Path folder = image.getPath("/modules", module.name(), packageName.replace('.', '/'));
        SortedMap<String, ApiClass> classes = classes(folder);
        for (ApiClass one : classes.values()) {
          one.reachableName(classes)
              .ifPresent(name -> methods.addAll(one.methods(module.name(), packageName, name)));
        }
      }
    }
    return methods;
  }

  private static List<String> exportedToAll(ModuleDescriptor module) {
    return module.exports().stream()
        .filter(exported -> !exported.isQualified())
        .map(ModuleDescriptor.Exports::source)
        .sorted()
        .toList();
  }

  private static SortedMap<String, ApiClass> classes(Path folder) throws IOException {
    SortedMap<String, ApiClass> classes = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, CLASS_FILES)) {
      for (Path file : files) {
        ApiClass one = ApiClass.of(ClassFile.of().parse(file));
        classes.put(one.internalName(), one);
      }
    }
    return classes;
  }
}
