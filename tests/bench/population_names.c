/*
 * Words that the made-up population is put together from.  The commonest
 * surnames and given names stand in about their true order of frequency, since
 * frequency is what a search is slow or wrong by; nobody is named here.
 */
#include "tests/bench/population_names.h"

#define LIST(name, ...)							\
	const char *const name[] = { __VA_ARGS__ };			\
	const size_t name##_count = sizeof name / sizeof *name

/* Masculine forms; the feminine is made of the ending. */
LIST(pop_surnames,
	"Nowak", "Kowalski", "Wiśniewski", "Wójcik", "Kowalczyk", "Kamiński",
	"Lewandowski", "Zieliński", "Woźniak", "Szymański", "Dąbrowski",
	"Kozłowski", "Mazur", "Jankowski", "Kwiatkowski", "Wojciechowski",
	"Krawczyk", "Kaczmarek", "Piotrowski", "Grabowski", "Zając",
	"Pawłowski", "Król", "Michalski", "Wróbel", "Wieczorek", "Jabłoński",
	"Nowakowski", "Majewski", "Olszewski", "Dudek", "Jaworski", "Stępień",
	"Malinowski", "Adamczyk", "Górski", "Pawlak", "Nowicki", "Sikora",
	"Witkowski", "Rutkowski", "Walczak", "Baran", "Michalak", "Szewczyk",
	"Ostrowski", "Tomaszewski", "Pietrzak", "Jasiński", "Wróblewski",
	"Marciniak", "Zalewski", "Sadowski", "Duda", "Jakubowski", "Zawadzki",
	"Bąk", "Borkowski", "Chmielewski", "Włodarczyk", "Sokołowski",
	"Czarnecki", "Szczepański", "Sawicki", "Kucharski", "Kubiak",
	"Maciejewski", "Kalinowski", "Kaczmarczyk", "Wysocki", "Mazurek",
	"Kołodziej", "Adamski", "Czerwiński", "Lis", "Sobczak", "Cieślak",
	"Andrzejewski", "Kaźmierczak", "Głowacki", "Urbański", "Zakrzewski",
	"Błaszczyk", "Krupa", "Mróz", "Szulc", "Laskowski", "Gajewski",
	"Brzeziński", "Szymczak", "Makowski", "Przybylski", "Ziółkowski",
	"Baranowski", "Domański", "Mikołajczyk", "Kozak", "Bielecki",
	"Wasilewski", "Krajewski", "Kopeć", "Leśniak", "Czajkowski",
	"Tomczak", "Wilk", "Kruk", "Wójtowicz", "Kozieł", "Bednarek",
	"Mucha", "Kasprzak", "Markowski", "Piątek", "Słowik", "Kurek",
	"Orłowski", "Stankiewicz", "Marek", "Pająk", "Jóźwiak", "Rogowski",
	"Janik", "Lipiński", "Gołębiowski", "Milewski", "Wrona", "Urban",
	"Stefański", "Klimek", "Skiba", "Madej", "Kania", "Polak", "Socha",
	"Konieczny", "Musiał", "Świderski", "Sowa", "Szostak", "Bukowski",
	"Kulesza", "Jarosz", "Banaś", "Matuszewski", "Kosiński", "Żak",
	"Cichoń", "Dziedzic", "Żukowski", "Małecki", "Stachowiak", "Janicki",
	"Pietrzyk", "Wierzbicki", "Stasiak", "Filipek", "Sosnowski", "Rybak",
	"Czaja", "Bogusz", "Gutowski", "Kaleta", "Owczarek", "Żurek",
	"Zych", "Skowroński", "Nawrocki", "Brzozowski", "Mróczek", "Góra",
	"Karpiński", "Cybulski", "Kot", "Śliwa", "Łukasik", "Murawski",
	"Sikorski", "Domagała", "Pawlik", "Grzelak", "Bartkowiak", "Rosiński",
	"Szczepaniak", "Morawski", "Wnuk", "Maj", "Witczak", "Jędrzejewski",
	"Kujawa", "Olejniczak", "Lech", "Ratajczak", "Gąsior", "Gawroński",
	"Kuczyński", "Gil", "Zaremba", "Pluta", "Frączek");

LIST(pop_stems,
	"Bab", "Bagn", "Bąb", "Biał", "Bieg", "Błasz", "Bob", "Bogd", "Bor",
	"Bożk", "Brod", "Bryl", "Brzez", "Buł", "Burz", "Chab", "Chlebow",
	"Chmur", "Chrobot", "Cich", "Cyprys", "Czap", "Czech", "Czerem",
	"Dęb", "Dobr", "Dról", "Drozd", "Dziad", "Dzik", "Fir", "Gaw",
	"Gęś", "Glin", "Gnat", "Goł", "Gorzel", "Góreck", "Grab", "Groch",
	"Gruszk", "Grzyb", "Gwoźdz", "Hał", "Hetm", "Hol", "Jagod", "Jał",
	"Jark", "Jarz", "Jastrz", "Jedl", "Jeż", "Jodł", "Kacz", "Kałuż",
	"Kapust", "Karcz", "Kłos", "Kniaź", "Kob", "Kogut", "Kol", "Kop",
	"Kos", "Kost", "Krasn", "Krzem", "Krzyw", "Kujaw", "Kurz", "Kwaśn",
	"Leszcz", "Lip", "Los", "Łabęd", "Łąck", "Łęg", "Łoz", "Łusz", "Mal",
	"Marchew", "Mich", "Mied", "Mikuł", "Młyn", "Moch", "Mot", "Mościck",
	"Mrow", "Mur", "Nadol", "Niedźwiedz", "Nieg", "Obuch", "Ochoc",
	"Ogrod", "Okoń", "Olch", "Opal", "Osik", "Paproc", "Pęk", "Piask",
	"Piecz", "Pilch", "Piór", "Płoch", "Podgór", "Pokrzyw", "Polań",
	"Porzecz", "Potoc", "Prus", "Przepiór", "Pszczół", "Rad", "Rokit",
	"Rozm", "Róż", "Rudz", "Rumian", "Rzep", "Rzewusk", "Sarn", "Sęk",
	"Siedl", "Sikor", "Skal", "Skowron", "Słom", "Smol", "Sokół", "Sosn",
	"Stach", "Strzel", "Sułk", "Szafr", "Szczaw", "Szczyg", "Szpak",
	"Śliw", "Śnieg", "Święt", "Tarn", "Topol", "Traw", "Trzcin", "Turz",
	"Tyczyń", "Warz", "Wąs", "Węg", "Wierzb", "Wiklin", "Wilcz", "Wiśń",
	"Wrzos", "Wydrz", "Zabłoc", "Zaręb", "Zboż", "Zięb", "Źródł", "Żabi",
	"Żmud", "Żół", "Żuraw", "Życz");

/* Endings of both sexes, "ski/ska"; one form alone serves both. */
LIST(pop_endings,
	"ski/ska", "owski/owska", "iński/ińska", "ewski/ewska",
	"icki/icka", "ecki/ecka", "eński/eńska", "owicz", "ewicz", "ak",
	"ek", "ik", "uk", "czuk", "czyk", "czak", "arz", "ała", "uła", "oń",
	"aś", "iec", "ny/na", "och");

/* A letter before each name: whom it is given to, o old, y young, a all ages. */
LIST(pop_women,
	"aAnna", "aMaria", "aKatarzyna", "aMałgorzata", "aAgnieszka",
	"oKrystyna", "oBarbara", "aEwa", "oElżbieta", "aZofia", "oTeresa",
	"aMagdalena", "aJoanna", "oJanina", "aMonika", "oDanuta", "oJadwiga",
	"yAleksandra", "oHalina", "oIrena", "aBeata", "aMarta", "oGrażyna",
	"oJolanta", "aDorota", "oBożena", "yKarolina", "aRenata", "aIwona",
	"yNatalia", "aUrszula", "yJustyna", "yJulia", "aAlicja", "yPaulina",
	"oHelena", "aSylwia", "yWeronika", "yPatrycja", "oHanna", "yZuzanna",
	"yWiktoria", "oStanisława", "oGenowefa", "oKazimiera", "oWanda",
	"aEdyta", "aAgata", "aAneta", "aEwelina", "yOliwia", "oMarianna",
	"aIzabela", "yKlaudia", "yDominika", "yMartyna", "aMarzena",
	"yKinga", "oWiesława", "aEmilia", "yKamila", "yMaja", "oLucyna",
	"aGabriela", "oStefania", "yAmelia", "oMariola", "oCzesława",
	"yAngelika", "oAlina", "oMirosława", "oAniela", "oRegina", "oHenryka",
	"yLena", "yNikola", "oBronisława", "aLidia", "yDaria", "yMilena",
	"yMichalina", "oZdzisława", "oRozalia", "oCecylia", "oSabina",
	"aOlga", "yLaura", "aŻaneta", "aNina", "yEwa", "yIga", "aBogumiła",
	"aŁucja", "oKlara", "yRoksana", "yPola", "aRóża", "yNadia",
	"yKalina", "oLeokadia");

LIST(pop_men,
	"aPiotr", "aKrzysztof", "aAndrzej", "aTomasz", "aPaweł", "oJan",
	"aMichał", "aMarcin", "oStanisław", "yJakub", "aAdam", "oMarek",
	"aŁukasz", "aGrzegorz", "aMateusz", "aWojciech", "aMariusz",
	"aDariusz", "oZbigniew", "oJerzy", "aMaciej", "aRafał", "aRobert",
	"yKamil", "oJózef", "oJacek", "yDawid", "oTadeusz", "oRyszard",
	"ySzymon", "yKacper", "yBartosz", "aArtur", "aSławomir", "oHenryk",
	"oJanusz", "aJarosław", "oKazimierz", "ySebastian", "yDamian",
	"yPatryk", "oMirosław", "yDaniel", "yFilip", "oMarian", "yHubert",
	"oRoman", "oLeszek", "aPrzemysław", "oWiesław", "oBogdan", "yKarol",
	"yAdrian", "oEdward", "oMieczysław", "yDominik", "oCzesław",
	"yBartłomiej", "aRadosław", "aAleksander", "yKonrad", "oWaldemar",
	"yMikołaj", "yAntoni", "aArkadiusz", "oEugeniusz", "yFranciszek",
	"yWiktor", "yOskar", "oWładysław", "oBogusław", "yIgor", "oStefan",
	"oZygmunt", "oLech", "aWitold", "oZdzisław", "aKrystian", "yAlan",
	"yNorbert", "oAlfred", "yStanisław", "oBolesław", "aIreneusz",
	"yOliwier", "yMiłosz", "oLudwik", "aCezary", "oWacław", "yTymon",
	"aBłażej", "oWłodzimierz", "yLeon", "oRomuald", "yIgnacy",
	"oFeliks", "aJulian", "oJulian", "yBruno", "oZenon");

LIST(pop_foreign_given,
	"Oleksandr", "Oksana", "Dmytro", "Iryna", "Serhii", "Tetiana",
	"Jürgen", "Grete", "François", "Zoë", "Søren", "Åsa", "José", "Inês",
	"Nguyễn", "Linh", "Aliaksandr", "Volha", "Ștefan", "Ioana");

LIST(pop_foreign_surnames,
	"Shevchuk", "Bondarenko", "Kravets", "Tkachuk", "Melnychenko",
	"Groß", "Müllner", "Weißmann", "Schröderhoff", "Lefèvrier",
	"Dubrûlé", "Østerby", "Ångman", "Muñera", "Gonçalvez", "Trần", "Phạm",
	"Karpovich", "Ionesçu", "O'Harrow", "De la Viña", "Čapkov",
	"Dvořan", "Hudák", "Kováčik", "Szabósi", "Đurđević", "Yıldızhan",
	"İnceler", "Ivanoushka");

LIST(pop_trades,
	"Zakład Stolarski", "Biuro Rachunkowe", "Kancelaria Radcy",
	"Przedsiębiorstwo Budowlane", "Hurtownia", "Zakład Usługowy",
	"Gospodarstwo Ogrodnicze", "Przychodnia", "Pracownia Projektowa",
	"Fabryka", "Spółdzielnia", "Wytwórnia", "Biuro Podróży", "Apteka",
	"Szkoła", "Dom Pomocy");

LIST(pop_legal_forms,
	" sp. z o.o.", " S.A.", " sp.j.", " sp.k.", " sp. z o.o. sp.k.",
	" s.c.", "", " P.S.A.");

LIST(pop_models,
	"Karta wzorcowa 2", "Karta wzorcowa 3", "Karta przykładowa",
	"Token wzorcowy");
