//! The user profile of an instance: what LibreOffice must not do, and where it
//! finds fonts.

use std::fs;
use std::io;
use std::path::Path;

/// Path, property and value of each setting. Properties that a version of
/// LibreOffice does not have are ignored by it.
const SETTINGS: [(&str, &str, &str); 19] = [
    // Macros: not at any level, not even of trusted places, which there are none of.
    (SCRIPTING, "MacroSecurityLevel", "3"),
    (SCRIPTING, "DisableMacrosExecution", "true"),
    (SCRIPTING, "DisableActiveContent", "true"),
    (SCRIPTING, "DisableOLEAutomation", "true"),
    // Links to pictures, sections, sheets, data: no document comes from a
    // trusted place, so none is followed.
    (SCRIPTING, "BlockUntrustedRefererLinks", "true"),
    // 0 is never in Writer, 1 is never in Calc.
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "1"),
    // Nothing listens where all traffic would go.
    (NETWORK, "ooInetProxyType", "2"),
    (NETWORK, "ooInetHTTPProxyName", "127.0.0.1"),
    (NETWORK, "ooInetHTTPProxyPort", "9"),
    (NETWORK, "ooInetHTTPSProxyName", "127.0.0.1"),
    (NETWORK, "ooInetHTTPSProxyPort", "9"),
    (NETWORK, "ooInetNoProxy", ""),
    // Nobody is there to be asked, and nobody is to be told.
    (MISC, "FirstRun", "false"),
    (MISC, "CrashReport", "false"),
    (MISC, "CollectUsageInformation", "false"),
    (
        "org.openoffice.Office.Recovery/AutoSave",
        "Enabled",
        "false",
    ),
    (
        "org.openoffice.Office.Recovery/RecoveryInfo",
        "Enabled",
        "false",
    ),
    // What an instance keeps of a document ends with the document.
    ("org.openoffice.Office.Common/History", "PickListSize", "0"),
];
const SCRIPTING: &str = "org.openoffice.Office.Common/Security/Scripting";
const NETWORK: &str = "org.openoffice.Inet/Settings";
const MISC: &str = "org.openoffice.Office.Common/Misc";

/// Writes the profile into `directory`, which is new.
pub(super) fn write(directory: &Path) -> io::Result<()> {
    let user = directory.join("user");
    fs::create_dir_all(user.join("config"))?;
    let items: String = SETTINGS
        .iter()
        .map(|(path, property, value)| {
            format!(
                "<item oor:path=\"/{path}\"><prop oor:name=\"{property}\" oor:op=\"fuse\">\
                 <value>{value}</value></prop></item>\n"
            )
        })
        .collect();
    let registry = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <oor:items xmlns:oor=\"http://openoffice.org/2001/registry\" \
         xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n{items}</oor:items>\n"
    );
    fs::write(user.join("registrymodifications.xcu"), registry)?;
    // The Java settings are a file of their own, named by the machine.
    let java = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                <java xmlns=\"http://openoffice.org/2004/java/framework/1.0\" \
                xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
                <enabled xsi:nil=\"false\">false</enabled></java>\n";
    for machine in ["X86_64", "AARCH64"] {
        fs::write(
            user.join(format!("config/javasettings_Linux_{machine}.xml")),
            java,
        )?;
    }
    Ok(())
}

/// Writes the configuration of fonts: those of the machine first, then the
/// bundled ones, which stand in for the Chinese families by class.
pub(super) fn write_fonts(file: &Path, bundled: &Path, cache: &Path) -> io::Result<()> {
    let stand_ins: String = wenyuan_convert::stand_ins()
        .map(|(asked, family)| {
            format!(
                "<alias binding=\"same\"><family>{asked}</family>\
                 <accept><family>{family}</family></accept></alias>\n"
            )
        })
        .collect();
    let path = |path: &Path| {
        path.display()
            .to_string()
            .replace('&', "&amp;")
            .replace('<', "&lt;")
    };
    let configuration = format!(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE fontconfig SYSTEM \"urn:fontconfig:fonts.dtd\">\n\
         <fontconfig>\n<cachedir>{}</cachedir>\n\
         <include ignore_missing=\"yes\">/etc/fonts/fonts.conf</include>\n\
         <dir>{}</dir>\n{stand_ins}</fontconfig>\n",
        path(cache),
        path(bundled),
    );
    fs::write(file, configuration)
}
