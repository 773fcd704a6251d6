; Inno Setup 6: dist\lungview → dist\lungview-setup.exe. For this user by default, no administrator needed.
; iscc /DVersion=0.2.0 packaging\windows\lungview.iss
#ifndef Version
  #define Version "0.2.0"
#endif

[Setup]
AppId={{6E0B7B0C-5C1F-4B1C-9A63-1B7C0C3B9E52}
AppName=LungView
AppVersion={#Version}
AppPublisher=The LungView maintainers
AppComments=Research use only, not a medical device
DefaultDirName={autopf}\LungView
DefaultGroupName=LungView
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=lungview-{#Version}-windows-x64-setup
SetupIconFile=..\..\resources\icons\lungview.ico
UninstallDisplayIcon={app}\lungview.exe
Compression=lzma2
SolidCompression=yes
ChangesAssociations=yes
CloseApplications=yes

[Tasks]
Name: desktopicon; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: dcm; Description: "Open .dcm files with LungView"; Flags: unchecked

[Files]
Source: "..\..\dist\lungview\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\LungView"; Filename: "{app}\lungview.exe"
Name: "{autodesktop}\LungView"; Filename: "{app}\lungview.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\LungView.dicom"; ValueType: string; ValueData: "DICOM image"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\LungView.dicom\shell\open\command"; ValueType: string; ValueData: """{app}\lungview.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\.dcm\OpenWithProgids"; ValueType: string; ValueName: "LungView.dicom"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.dcm"; ValueType: string; ValueData: "LungView.dicom"; Tasks: dcm; Flags: uninsdeletevalue

[Run]
Filename: "{app}\lungview.exe"; Description: "{cm:LaunchProgram,LungView}"; Flags: nowait postinstall skipifsilent
